"""Elements of FA(3) that e-BOK ignores, by parent.

Any other unread element refuses the file. The original file is stored beside the invoice for
customers who need these. `docs/ksef-format.md` lists them with the reasons.
"""

IGNORED = {
    # Constants of the form, and the program that wrote it.
    "Naglowek": frozenset({"KodFormularza", "WariantFormularza", "SystemInfo"}),
    # Rates of exchange before a correction: the ledger is in złoty.
    "Fa": frozenset({"KursWalutyZK"}),
    "ZaliczkaCzesciowa": frozenset({"KursWalutyZW"}),
    # A utility sells no cars, ships or aircraft to other countries of the Union.
    "NoweSrodkiTransportu": frozenset({"P_42_5", "NowySrodekTransportu"}),
    # Identifiers of lines for the program that wrote the file.
    "FaWiersz": frozenset({"UU_ID"}),
    "ZamowienieWiersz": frozenset({"UU_IDZ"}),
}
