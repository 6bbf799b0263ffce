"""Why a row is not taken, and how to mend it: short, in Spanish, the same words everywhere."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """A kind of fault. The file of rejects adds what is particular to the row."""

    title: str  # what the count of a run is kept under
    mend: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """A fault of one value: its kind, and the sentence that says why."""

    reason: Reason
    why: str


FIELDS = Reason(
    "El número de columnas no es el del encabezado",
    "Revise si un valor lleva el separador sin comillas (como 1,234.56) o si el renglón se cortó.",
)
CUT = Reason(
    "El archivo termina a medio renglón",
    "El archivo parece cortado: cópielo o expórtelo de nuevo.",
)
QUOTES = Reason("Comillas mal cerradas", "Cierre las comillas, o quítelas, en ese renglón.")
NULS = Reason(
    "Bytes nulos en el renglón",
    "El archivo está dañado o no es texto: expórtelo de nuevo como CSV UTF-8.",
)
LONG = Reason("Renglón demasiado largo", "Deje un crédito por renglón.")

MISSING = Reason("Falta un dato obligatorio", "Escriba el dato; si es cero, escriba 0.")
NOT_A_NUMBER = Reason("No es un número", "Escriba solo el número, como 1234.56.")
COMMA = Reason(
    "Comas en lugares dudosos", "Use punto para los decimales y comas solo para los miles."
)
DECIMALS = Reason("Demasiados decimales", "Redondee el dato en el archivo de origen.")
RANGE = Reason("Fuera de rango", "Revise el dato y sus unidades en el archivo de origen.")
FRACTION = Reason("Tasa escrita como fracción", "Escriba la tasa en por ciento: 10.45, no 0.1045.")
NOT_A_DATE = Reason("No es una fecha", "Escríbala como 2024-06-30 o 30/06/2024.")
NO_SUCH_DATE = Reason(
    "La fecha no existe en el calendario", "Revise día y mes: va primero el día (30/06/2024)."
)
SHORT_YEAR = Reason("Año de dos cifras", "Escriba el año con cuatro cifras.")
YES_NO = Reason("No es sí ni no", "Escriba «sí» o «no».")
CODE = Reason("No está en la lista", "Use una de las palabras de la lista del diccionario.")
IDENTIFIER = Reason(
    "Identificador inválido", "Cópielo de nuevo del documento; si no lo tiene, déjelo vacío."
)
CREDIT = Reason(
    "Número de crédito inválido",
    "Debe tener 10 dígitos; si Excel quitó ceros a la izquierda, dé formato de texto a la columna.",
)
MUNICIPALITY = Reason(
    "Municipio inválido",
    "Use la clave INEGI de 5 dígitos (16053); si Excel quitó el cero, dé formato de texto.",
)
REPEATED = Reason("Crédito repetido", "Deje una sola fila por crédito.")

UNIT_MIX = Reason(
    "Mezcla de pesos y VSM",
    "Un crédito en VSM lleva saldo y mensualidad solo en VSM; uno en pesos, solo en pesos.",
)
VSM_MOST = Reason(
    "Saldo de más de 400 VSM", "Revise si el saldo está en pesos o en VSM diarios (se divide 30.4)."
)
FUTURE = Reason("Fecha posterior al corte", "Revise la fecha, o la fecha de corte (--as-of).")
YOUNG = Reason("Menor de 17 años al otorgarse", "Revise la fecha de nacimiento y la del crédito.")
OLD = Reason("Mayor de 110 años", "Revise la fecha de nacimiento.")
NO_WAGE = Reason(
    "Con trabajo formal y sin salario", "Escriba el salario, o «no» en trabajo formal (employed)."
)
NO_PENSION = Reason(
    "Pensión de quien no está pensionado", "Escriba «sí» en pensioned, o deje vacía la pensión."
)
NO_EVENT = Reason(
    "Grado de incapacidad sin incapacidad",
    "Escriba en insured_event lo que se dictaminó, o deje vacío el grado.",
)
FRACTION_OF_WHOLE = Reason(
    "Grado de incapacidad escrito como fracción", "Escríbalo en por ciento: 60, no 0.6."
)
NO_CONVERSION = Reason(
    "La conversión a pesos no concuerda con su fecha",
    "Un crédito convertido lleva la fecha; uno no convertido la deja vacía.",
)
INTEREST = Reason(
    "El interés vencido no corresponde a los meses omitidos",
    "Debe ser meses omitidos por el interés de un mes sobre el saldo, a un centavo por mes.",
)
ARITHMETIC = Reason(
    "El mapa no puede calcular el dato", "Revise en el archivo los valores que el mapa combina."
)

# Of the institution's analytical tapes.
PAYMENT_TYPE = Reason(
    "Tipo de pago sin significado",
    "Diga qué es ese tp en la tabla [tp] de un archivo propio (--assumed).",
)
OUT_OF_ORDER = Reason(
    "Mes anterior al otorgamiento", "Revise year y nu_ano_ejercicio en el archivo de origen."
)
AFTER_CUT = Reason(
    "Pago de un mes que no había cerrado al corte",
    "Use un corte posterior (--as-of); nada posterior al corte se usa.",
)
UNKNOWN_CREDIT = Reason(
    "El crédito no está entre los aceptados",
    "Agregue su fila en --credits, o corrija la que se rechazó.",
)
REPEATED_PAYMENT = Reason(
    "Fila de pago repetida",
    "Deje una sola; si fueron dos pagos iguales del mismo mes, júntelos en una fila con la suma.",
)
REVERSAL_ALONE = Reason(
    "Reversa sin un pago que cancelar",
    "Agregue el pago que cancela (la misma cantidad, ese mes o antes), o quite la reversa.",
)
INCOMPLETE = Reason(
    "Historia incompleta: se rechazaron pagos suyos",
    "Corrija esas filas de pagos y repita la importación: sin ellas sus meses no se pueden contar.",
)
NO_PAYMENTS = Reason(
    "Sin filas de pagos", "Agregue sus meses en --payments, aunque no haya pagado (pe = 0)."
)
NO_DEBT = Reason("Sin deuda en su último mes", "Escriba la deuda en su última fila de pagos.")
SETTLED = Reason("Crédito liquidado", "No hay nada que corregir: ya no debe.")
NEVER_BILLED = Reason("Nunca se le facturó", "Escriba lo facturado (pf) en sus filas de pagos.")
TWO_GRANTS = Reason(
    "Dos años de otorgamiento", "Deje el mismo nu_ano_ejercicio en todas sus filas de pagos."
)
NO_AMOUNT = Reason("Sin monto otorgado", "Escriba el crédito en pesos (granted) o en VSM.")
