"""The closed lists that code columns point into, by position.

New names go at the end: files keep positions.
"""

SOLUTIONS = (
    "none",
    "solucion_a_tu_medida",
    "dictamen_capacidad_pago",
    "nivela_tu_pago",
    "borron_y_cuenta_nueva",
    "apoyo_jubilados",
    "fondo_proteccion_pagos",
    "prorroga",
    "estudio_socioeconomico",
    "paro_tecnico",
    "apoyo_solidario",
    "autoseguro",
)

# What the fund's own insurance covers, once it has happened and somebody has ruled on it.
INSURED_EVENTS = ("none", "death", "total_disability", "invalidity", "partial_disability")

REGIMES = ("ROA", "REA", "EXT")

SEXES = ("unknown", "woman", "man")

# Rule DLA-07 and the product table of the servicing reference.
PRODUCTS = (
    "credito_infonavit",
    "cofinavit",
    "infonavit_total",
    "infonavit_total_ag",
    "mejoravit",
    "arrendavit",
    "tu_casa_es_posible",
    "construyo",
    "crediterreno",
    "segundo_credito",
    "cumplir_cuenta",
    "fideicomiso",
    "pago_de_pasivos",
    "unamos_creditos",
    "foreign",
)

# What becomes of what a solution in force leaves unpaid; the same order as `offer.Gap`.
GAPS = ("to_instalment", "to_interest", "capitalised", "no_interest", "released")

# What makes an offer better for a person; a policy puts them in order.
CRITERIA = ("affordable", "in_time", "total", "conditions")

# What is shown to ask for money back; `engine.values` has their names in Spanish.
PAPERS = (
    "identification",
    "bank_statement",
    "suspension_notice",
    "death_certificate",
    "proof_of_heir",
    "power_of_attorney",
)
