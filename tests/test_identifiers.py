"""Identifiers, on the vectors of the servicing reference and on every easy mistake."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tequio.engine.identifiers import clabe, credit_number, curp, nss, rfc

RIGHT = [
    (nss, "92919084431"),
    (nss, "53048512346"),
    (nss, "5304 85 1234-6"),
    (curp, "HEGG560427MVZRRL04"),
    (curp, "LOPM850101HMNPRG06"),
    (curp, "lopm850101hmnprg06"),
    (rfc, "GODE561231GR8"),
    (rfc, "MOHJ780923K22"),
    (rfc, "XAXX010101000"),
    (rfc, "XEXX010101000"),
    (clabe, "021180550300050811"),
    (clabe, "999180123456789016"),
    (credit_number, "5300000017"),
    (credit_number, "1604123456"),
]
WRONG = [
    (nss, "92919084432", "dígito verificador"),
    (nss, "9291908443", "11 dígitos y tiene 10"),
    (nss, "9291908443A", "solo números"),
    (nss, "", "solo números"),
    (nss, "53758512346", "revise esos dígitos"),
    (curp, "LOPM850101HMNPRG07", "dígito verificador"),
    (curp, "LOPM850101HMNPRG0", "18 caracteres y tiene 17"),
    (curp, "LOPM850231HMNPRG06", "no existen"),
    (curp, "1OPM850101HMNPRG06", "donde no van"),
    (rfc, "GODE561231GR9", "dígito verificador"),
    (rfc, "GODE561331GR8", "no existen"),
    (clabe, "021180550300050812", "dígito verificador"),
    (clabe, "02118055030005081", "18 dígitos y tiene 17"),
    (clabe, "02118055030005081١", "solo números"),
    (credit_number, "160412345", "10 dígitos y tiene 9"),
    (credit_number, "16O4123456", "solo números"),
]


@pytest.mark.parametrize(("check", "text"), RIGHT, ids=lambda x: getattr(x, "__name__", x))
def test_right_ones_pass(check, text):
    assert check(text) is None


@pytest.mark.parametrize(("check", "text", "why"), WRONG, ids=lambda x: getattr(x, "__name__", x))
def test_wrong_ones_say_what_to_look_at(check, text, why):
    assert why in (check(text) or "accepted")


@given(st.sampled_from([(nss, "92919084431"), (clabe, "021180550300050811")]), st.data())
def test_one_changed_digit_is_always_caught(kind, data):
    check, number = kind
    place = data.draw(st.integers(0, len(number) - 1))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != number[place]]))
    assert check(number[:place] + digit + number[place + 1 :])
