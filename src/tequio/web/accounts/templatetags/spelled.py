"""Amounts and days as people in Mexico read them."""

from __future__ import annotations

from datetime import date

from django import template

from tequio.core.spelling import long_date, pesos

register = template.Library()


@register.filter
def money(centavos: int) -> str:
    """`$1,234.50`."""
    return pesos(int(centavos), 2)


@register.filter
def day(of: date) -> str:
    """`9 de julio de 2024`."""
    return long_date(of)


@register.filter
def counted(number: int, words: str) -> str:
    """`1 mes`, `3 meses`: words are `mes,meses`."""
    one, many = words.split(",")
    return f"{number:,} {one if number == 1 else many}"
