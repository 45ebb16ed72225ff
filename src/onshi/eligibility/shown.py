"""What of a person and a coverage goes into an answer, and what stays inside. Pure."""

from datetime import date, datetime
from functools import lru_cache

from onshi import law
from onshi.eligibility.model import Answer, Freshness, Query, Share, ShownCoverage, ShownPerson
from onshi.kernel import InsurerNumber, Moment, PersonId, japan_time
from onshi.registry import Coverage, Found, Insurer, Sighting


def shown_person(sighting: Sighting, *, by_number: bool) -> ShownPerson:
    """The person for a desk. By number the address of somebody 不開示該当 at any insurer is left out:
    a number can be known to the very person it must be hidden from."""
    person = sighting.person
    hidden = by_number and True in [coverage.undisclosed for coverage in sighting.coverages]
    return ShownPerson(
        person.name,
        person.kana,
        person.birth_on,
        person.sex,
        person.name_other,
        person.kana_other,
        person.sex_printed,
        None if hidden else person.post_number,
        None if hidden else person.address,
    )


def shown_coverage(query: Query, coverage: Coverage, insurer: Insurer, birth_on: date) -> ShownCoverage:
    """The coverage for a desk; certificates only with the patient's consent (the 高齢受給者証 needs none)."""
    details = coverage.details
    limit = details.limit if query.limit_consent else None
    diseases = details.diseases if query.disease_consent else ()
    return ShownCoverage(
        coverage.insurer,
        insurer.name,
        insurer.kind,
        coverage.number,
        coverage.acquired_on,
        coverage.starts_on,
        coverage.card_class,
        coverage.symbol,
        coverage.branch,
        coverage.relation,
        details.holder_name,
        coverage.lost_on,
        coverage.loss_reason,
        details.card_issued_on,
        details.card_valid_from,
        details.card_valid_to,
        share_of(coverage, insurer, birth_on, query.on),
        is_preschool(birth_on, query.on),
        details.elderly,
        limit,
        diseases,
    )


def shown_id(query: Query, found: Found, answer: Answer, subject: PersonId | None) -> int | None:
    """Which coverage of `subject` the answer shows, by its id; None where it shows none."""
    shown = answer.coverage
    if shown is None:
        return None
    sightings = found.sightings
    if len(sightings) == 1 and len(sightings[0].coverages) == 1:
        return sightings[0].coverages[0].id
    insurer = Insurer(InsurerNumber(shown.insurer_number), "", shown.insurer_kind, shown.insurer_name)
    for sighting in sightings:
        for one in sighting.coverages if sighting.person.id == subject else ():
            # Two of one person that show the same may be taken for each other.
            if (one.insurer, one.number, one.starts_on) == (shown.insurer_number, shown.number, shown.starts_on) and (
                shown_coverage(query, one, insurer, sighting.person.birth_on) == shown
            ):
                return one.id
    return None


def share_of(coverage: Coverage, insurer: Insurer, birth_on: date, on: date) -> Share | None:
    """What the patient pays: the insurer's word where it gave one, else what age alone fixes, else None."""
    details = coverage.details
    if details.share is not None:
        return Share(details.share, "insurer")
    elderly = details.elderly
    if elderly is not None and elderly.valid_from <= on and (elderly.valid_to is None or on <= elderly.valid_to):
        return Share(elderly.share, "insurer")
    if insurer.kind == "medical_aid" or insurer.kind == "elderly":
        return None
    percent = _derived(birth_on, on)
    return None if percent is None else Share(percent, "derived")


# Both are asked for every check and depend on two days only.
_derived = lru_cache(maxsize=65536)(law.derived_share)
is_preschool = lru_cache(maxsize=65536)(law.is_preschool)


def freshness_of(insurer: Insurer) -> Freshness:
    """When the insurer last sent data, and how late it usually is."""
    last = insurer.last_loaded_at
    return Freshness(
        insurer.number,
        insurer.name,
        None if last is None else _iso(last),
        insurer.delay_days,
    )


def _iso(moment: Moment) -> str:
    when: datetime = japan_time(moment)
    return when.isoformat(timespec="seconds")
