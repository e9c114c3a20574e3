"""What e-BOK does not keep of an FA(3) invoice, by the element that holds it.

Whatever is neither here nor read refuses the file. The original stays byte for byte beside the
invoice, so a customer who needs these can have them. `docs/ksef-format.md` lists the same.
"""

_ADDRESSES = {"NrEORI", "AdresKoresp"}
_LINE = {"UU_ID", "Indeks", "GTIN", "CN", "PKOB", "P_12_Zal_15", "KwotaAkcyzy", "GTU"}
_ORDER_LINE = {"UU_IDZ", "IndeksZ", "GTINZ", "PKWiUZ", "CNZ", "PKOBZ", "P_12Z_Zal_15"}

LEFT = {
    # Constants of the form, and the program that wrote it.
    "Naglowek": frozenset({"KodFormularza", "WariantFormularza", "SystemInfo"}),
    "Podmiot1": frozenset({*_ADDRESSES, "PrefiksPodatnika", "StatusInfoPodatnika"}),
    "Podmiot2": frozenset(_ADDRESSES),
    "Podmiot3": frozenset(_ADDRESSES),
    "PodmiotUpowazniony": frozenset(_ADDRESSES),
    "Podmiot1K": frozenset({"PrefiksPodatnika"}),
    "Adres": frozenset({"GLN"}),
    # Papers of a store, rates of exchange of invoices in złoty, terms of a sale of goods.
    "Fa": frozenset({"WZ", "KursWalutyZ", "KursWalutyZK", "WarunkiTransakcji"}),
    "ZaliczkaCzesciowa": frozenset({"KursWalutyZW"}),
    "NoweSrodkiTransportu": frozenset({"P_42_5", "NowySrodekTransportu"}),
    "FaWiersz": frozenset({*_LINE, "PKWiU", "Procedura", "KursWaluty"}),
    "ZamowienieWiersz": frozenset({*_ORDER_LINE, "GTUZ", "ProceduraZ", "KwotaAkcyzyZ"}),
    "ZaplataCzesciowa": frozenset({"FormaPlatnosci", "PlatnoscInna", "OpisPlatnosci"}),
    "RachunekBankowy": frozenset({"SWIFT", "RachunekWlasnyBanku", "NazwaBanku", "OpisRachunku"}),
    "RachunekBankowyFaktora": frozenset(
        {"SWIFT", "RachunekWlasnyBanku", "NazwaBanku", "OpisRachunku"}
    ),
}
