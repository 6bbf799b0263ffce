"""Institutions that hold accounts, by the first three digits of a CLABE.

Participants of SPEI as the Banco de México lists them, up to 2026. A code that is not here is not
paid to: add it with its row in the list of the day.
"""

from __future__ import annotations

from tequio.engine.identifiers import compact

BANKS = {
    "001": "Banxico",
    "002": "Banamex",
    "006": "Bancomext",
    "009": "Banobras",
    "012": "BBVA México",
    "014": "Santander",
    "019": "Banjército",
    "021": "HSBC",
    "030": "BanBajío",
    "036": "Inbursa",
    "042": "Mifel",
    "044": "Scotiabank",
    "058": "Banregio",
    "059": "Invex",
    "060": "Bansí",
    "062": "Afirme",
    "072": "Banorte",
    "106": "Bank of America",
    "108": "MUFG",
    "110": "JP Morgan",
    "112": "Monex",
    "113": "Ve por Más",
    "124": "Citi México",
    "127": "Azteca",
    "128": "Kapital (antes Autofin)",
    "129": "Barclays",
    "130": "Compartamos",
    "132": "Multiva",
    "133": "Actinver",
    "135": "Nafin",
    "136": "Intercam",
    "137": "BanCoppel",
    "138": "Ualá (antes ABC Capital)",
    "140": "Consubanco",
    "141": "Volkswagen Bank",
    "145": "Banco BASE",
    "147": "Bankaool",
    "148": "PagaTodo",
    "150": "Inmobiliario Mexicano",
    "151": "Dondé",
    "152": "Bancrea",
    "154": "Covalto (antes Finterra)",
    "155": "ICBC",
    "156": "Sabadell",
    "157": "Shinhan",
    "158": "Mizuho",
    "159": "Bank of China",
    "160": "Banco S3",
    "166": "Banco del Bienestar",
    "167": "Hey Banco",
    "168": "Sociedad Hipotecaria Federal",
    "638": "Nu México",
    "646": "STP",
    "656": "Unagra",
    "670": "Libertad",
    "677": "Caja Popular Mexicana",
    "680": "Cristóbal Colón",
    "683": "Caja de Telefonistas",
    "684": "Transfer",
    "699": "Fondeadora",
    "703": "Tesored",
    "706": "Arcus",
    "710": "NVIO",
    "722": "Mercado Pago",
    "723": "Cuenca",
    "728": "Spin by OXXO",
}


def bank_of(clabe: str) -> str | None:
    """The institution of a CLABE; None where its code is not known."""
    return BANKS.get(compact(clabe)[:3])
