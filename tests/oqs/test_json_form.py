"""Messages as JSON: any message comes back as it was, and nothing hostile gets through."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onshi.interfaces.oqs import (
    ElementUnreadable,
    Encoding,
    MessageKind,
    NotReadable,
    as_json,
    message_kinds,
    of_json,
    read,
    write,
)

from . import made

KINDS = list(message_kinds().values())
REQUEST = message_kinds()["OQSsiquc01req"]
ANSWER = message_kinds()["OQSsiquc01res"]
GOOD: dict[str, Any] = {
    "XmlMsg": {
        "MessageHeader": {"QualificationConfirmationDate": "20260105", "MedicalInstitutionCode": "1319999999"},
        "MessageBody": {"QualificationConfirmSearchInfo": {"InsurerNumber": "06139992", "Birthdate": "19840229"}},
    }
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.prefix)
@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_message_comes_back_as_it_was(kind: MessageKind, data: st.DataObject) -> None:
    elements = data.draw(made.messages(kind, alphabet=made.HARD))
    sent = msgspec.json.encode(as_json(elements, kind))
    found = of_json(sent, kind)
    assert (found.elements, found.encoding, found.doubled, found.unknown) == (elements, Encoding.UTF_8, (), ())
    assert found.elements == read(write(elements, kind), kind).elements


def leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [one for each in value.values() for one in leaves(each)]
    return [one for each in value for one in leaves(each)] if isinstance(value, list) else [value]


@given(elements=made.messages(ANSWER))
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_value_is_a_text_and_the_lists_are_as_clients_read_them(elements: made.Elements) -> None:
    document = as_json(elements, ANSWER)
    assert {type(one) for one in leaves(document)} == {str}
    for each in document["XmlMsg"]["MessageBody"].get("ResultList", []):
        assert list(each) == ["ResultOfQualificationConfirmation"]
        result = each["ResultOfQualificationConfirmation"]
        for one in result.get("SpecificDiseasesCertificateList", []):
            assert one.keys() <= {
                "SpecificDiseasesDiseaseCategory",
                "SpecificDiseasesCertificateDate",
                "SpecificDiseasesValidStartDate",
                "SpecificDiseasesValidEndDate",
                "SpecificDiseasesSelfPay",
            }


def changed(**members: Any) -> bytes:
    search = {**GOOD["XmlMsg"]["MessageBody"]["QualificationConfirmSearchInfo"], **members}
    body = {"QualificationConfirmSearchInfo": search}
    return json.dumps({"XmlMsg": {**GOOD["XmlMsg"], "MessageBody": body}}).encode()


def test_what_real_clients_do_is_read() -> None:
    plain = of_json(json.dumps(GOOD).encode(), REQUEST)
    assert of_json(b"\xef\xbb\xbf" + changed(), REQUEST) == plain
    assert of_json(changed(InsuredBranchNumber=None), REQUEST) == plain, "null is absent"
    newer = of_json(changed(Newer={"a": [1]}), REQUEST)
    assert (newer.elements, newer.unknown) == (plain.elements, ("Newer",))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"XmlMsg"',
        b'{"XmlMsg": []}',
        b'{"XmlMsg": null}',
        b"\xff",
        b'{"XmlMsg": {"a": "\xff"}}',
        b"[" * 16_000,
        b'{"XmlMsg":' * 1_600,
        json.dumps(GOOD).encode()[:-4],
    ],
)
def test_what_is_no_document_is_not_readable(data: bytes) -> None:
    with pytest.raises(NotReadable):
        of_json(data, REQUEST)


@pytest.mark.parametrize("value", [6139992, True, 1.5, [], ["06139992"], {}, {"a": "b"}])
def test_a_value_of_another_shape_names_its_element(value: Any) -> None:
    with pytest.raises(ElementUnreadable) as refused:
        of_json(changed(InsurerNumber=value), REQUEST)
    assert refused.value.facts == {"element": "InsurerNumber"}


@pytest.mark.parametrize("value", ["x", [], [{}], 1])
def test_a_group_of_another_shape_names_its_element(value: Any) -> None:
    data = json.dumps({"XmlMsg": {**GOOD["XmlMsg"], "MessageBody": value}}).encode()
    with pytest.raises(ElementUnreadable) as refused:
        of_json(data, REQUEST)
    assert refused.value.facts == {"element": "MessageBody"}


def test_more_than_may_be_are_told() -> None:
    results = [{"ResultOfQualificationConfirmation": {"Name": name}} for name in "ab"]
    diseases = [{"SpecificDiseasesDiseaseCategory": str(one)} for one in range(4)]
    found = of_json(json.dumps({"XmlMsg": {"MessageBody": {"ResultList": results}}}).encode(), ANSWER)
    assert found.doubled == ("ResultOfQualificationConfirmation",)
    assert found.body["ResultList"] == results[0]
    one = [{"ResultOfQualificationConfirmation": {"SpecificDiseasesCertificateList": diseases}}]
    found = of_json(json.dumps({"XmlMsg": {"MessageBody": {"ResultList": one}}}).encode(), ANSWER)
    assert found.doubled == ("SpecificDiseasesCertificateInfo",)


@given(st.binary(max_size=200) | st.recursive(st.none() | st.text(), st.lists).map(lambda v: json.dumps(v).encode()))
@settings(max_examples=300, deadline=None)
def test_whatever_comes_it_is_read_or_refused_by_name(data: bytes) -> None:
    for sent in (data, b'{"XmlMsg":' + data + b"}"):
        try:
            of_json(sent, REQUEST)
        except (NotReadable, ElementUnreadable):
            continue
