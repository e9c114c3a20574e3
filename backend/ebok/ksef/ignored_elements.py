"""What e-BOK does not read of an FA(3) invoice, by the element that holds it.

Whatever is neither here nor read refuses the file. The original stays byte for byte beside the
invoice, so a customer who needs these can have them. `docs/ksef-format.md` lists the same with
the reason of each.
"""

LEFT = {
    # Constants of the form, and the program that wrote it.
    "Naglowek": frozenset({"KodFormularza", "WariantFormularza", "SystemInfo"}),
    # Rates of exchange before a correction: the ledger is in złoty.
    "Fa": frozenset({"KursWalutyZK"}),
    "ZaliczkaCzesciowa": frozenset({"KursWalutyZW"}),
    # A utility sells no cars, ships or aircraft to other countries of the Union.
    "NoweSrodkiTransportu": frozenset({"P_42_5", "NowySrodekTransportu"}),
    # Marks of a program for lines that it wants to find again.
    "FaWiersz": frozenset({"UU_ID"}),
    "ZamowienieWiersz": frozenset({"UU_IDZ"}),
}
