"""The people, companies and streets of the demo town: made up, every one of them."""

FIRST_NAMES = (
    "Anna", "Bartłomiej", "Celina", "Dorota", "Edward", "Feliks", "Grażyna", "Halina", "Ireneusz",
    "Jadwiga", "Krzysztof", "Łucja", "Małgorzata", "Norbert", "Oksana", "Paweł", "Róża",
    "Stanisław", "Świętosława", "Tadeusz", "Urszula", "Wiesława", "Zbigniew", "Żaneta",
)  # fmt: skip

SURNAMES = (
    "Brzęk", "Chrząszcz", "Dąb", "Gołąb", "Jabłoń", "Kłos", "Kowal", "Łoś", "Mazur", "Nowak",
    "Ostrowicz", "Pająk", "Rzepka", "Sęk", "Śliwa", "Trzciana", "Wąs", "Wójcik", "Zając", "Źrebiec",
    "Żuraw",
)  # fmt: skip

COMPANIES = (
    "Piekarnia „Kłos” Sp. z o.o.",
    "Spółdzielnia Mieszkaniowa „Zgoda”",
    "Wspólnota Mieszkaniowa ul. Rzeczna 14",
    "Parafia pw. św. Barbary w Przykładowie",
    "Szkoła Podstawowa nr 3 im. Marii Skłodowskiej-Curie",
    'Zakład Fryzjerski "Lok" s.c.',
    "Meble Dębowe spółka z ograniczoną odpowiedzialnością",
    "Usługi Hydrauliczne Kran-Pol Jerzy Kran",
    "P.P.H.U. „ŻAK-BUD” sp. z o. o.",
    "Apteka „Pod Lwem” Źrebiec i Wspólnicy sp. j.",
    "Wspólnota Mieszkaniowa „Nad Wisłą – Etap II”",
    "Huta Szkła „Kryształ” S.A.",
    "Przedszkole nr 1 „Bajka”",
    'Auto-Myjnia "Ósemka" sp. z o.o. sp. k.',
    "Ogólnopolskie Towarzystwo Krzewienia Wiedzy o Wodzie, Oddział w Przykładowie",
)

STREETS = (
    "Rynek", "ul. Rzeczna", "ul. 3 Maja", "ul. św. Barbary", "os. Pod Dębami", "ul. Źródlana",
    "ul. gen. Józefa Bema", "al. Niepodległości", "ul. Żeglarska", "ul. Skłodowskiej-Curie",
)  # fmt: skip

ROMAN = ("", "II", "III", "IV", "V")
"""A second and third branch of the same company, where the town has more companies than names."""
