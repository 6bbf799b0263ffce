"""Identifiers, on the vectors of the servicing reference and on every easy mistake."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tequio.engine.identifiers import CHECKS, clabe, credit_number, curp, nss, rfc

RIGHT = [
    (nss, "92919084431"),
    (nss, "53048512346"),
    (nss, "5304 85 1234-6"),
    (nss, "53059712348"),  # year of birth unknown: 97
    (nss, "53108512343"),
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
    (nss, "92919084432", "El NSS tiene mal el dígito verificador"),
    (nss, "9291908443", "11 dígitos y tiene 10"),
    (nss, "929190844310", "11 dígitos y tiene 12"),
    (nss, "9291908443A", "solo números"),
    (nss, "９2919084431", "solo números"),
    (nss, "", "11 dígitos y tiene 0"),
    (nss, "53758512346", "se afilió en el año 75 y nació en el 85, no antes"),
    (nss, "53858512345", "se afilió en el año 85 y nació en el 85, no antes"),
    (curp, "LOPM850101HMNPRG07", "La CURP tiene mal el dígito verificador"),
    (curp, "LOPM850101HMNPRG0", "18 caracteres y tiene 17"),
    (curp, "", "18 caracteres y tiene 0"),
    (curp, "LOPM850231HMNPRG06", "una fecha"),
    (curp, "LOPM850101XMNPRG06", "un sexo"),
    (curp, "LOPM850101HXXPRG06", "un estado"),
    (curp, "1OPM850101HMNPRG06", "donde no van"),
    (curp, "LOPM850101HMNPRG_6", "donde no van"),
    (rfc, "GODE561231GR9", "El RFC tiene mal el dígito verificador"),
    (rfc, "GODE561331GR8", "una fecha"),
    (rfc, "GODE561231", "debe tener 13 caracteres y tiene 10"),
    (rfc, "MAB9307148T4", "debe tener 13 caracteres y tiene 12"),  # a company's
    (rfc, "GDE561231GR8", "y tiene 12"),  # it lost a letter, and its check digit still agrees
    (rfc, "1ODE561231GR8", "donde no van"),
    (rfc, "", "y tiene 0"),
    (clabe, "021180550300050812", "La CLABE tiene mal el dígito verificador"),
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


@given(st.sampled_from(list(CHECKS)), st.text(max_size=20))
def test_any_text_gets_a_verdict(kind, text):
    said = CHECKS[kind](text)
    assert said is None or (said.startswith(("El ", "La ")) and said.endswith("."))


@given(st.sampled_from(RIGHT), st.data())
def test_spaces_hyphens_and_small_letters_do_not_matter(right, data):
    check, text = right
    dressed = "".join(
        char + data.draw(st.sampled_from(["", " ", "-", ".", "\u00a0"])) for char in text
    )
    assert check(dressed.lower()) is None


@given(st.sampled_from(RIGHT), st.data())
def test_a_lost_or_doubled_character_is_always_caught(right, data):
    check, text = right
    text = text.replace(" ", "").replace("-", "")
    place = data.draw(st.integers(0, len(text) - 1))
    assert check(text[:place] + text[place + 1 :])
    assert check(text[:place] + text[place] + text[place:])
