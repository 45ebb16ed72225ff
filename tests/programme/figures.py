"""The figures of the papers of 2019-09-03, typed from their text: place, where they stand, how they are written."""

from collections.abc import Mapping, Sequence
from typing import Any


def about(value: int) -> dict[str, int]:
    return {"about": value}


def span(low: int, high: int | None = None) -> dict[str, int | None]:
    return {"low": low, "high": high}


def days(first: str | None, last: str | None, *, is_about: bool = False) -> dict[str, object]:
    return {"first": first, "last": last, "is_about": is_about}


# place, section, table, values by column that one row has, how the papers write it (blanks and widths do not count)
FIGURES: Sequence[tuple[str, str, str, Mapping[str, Any], Sequence[str]]] = [
    # 別添1: cards
    (
        "1 p.1",
        "schedule",
        "issued",
        {"due": "2020-07-31", "aim": span(30_000_000, 40_000_000)},
        ["2020年7月末 3000~4000万枚"],
    ),
    (
        "1 p.1",
        "schedule",
        "issued",
        {"due": "2021-03-31", "aim": span(60_000_000, 70_000_000)},
        ["2021年3月末 6000~7000万枚"],
    ),
    (
        "1 p.1",
        "schedule",
        "issued",
        {"due": "2022-03-31", "aim": span(90_000_000, 100_000_000)},
        ["2022年3月末 9000~10000万枚"],
    ),
    (
        "1 p.1",
        "schedule",
        "issued",
        {"due": "2023-03-31", "aim": {"ja": "ほとんどの住民", "en": "most residents"}},
        ["2023年3月末 ほとんどの住民"],
    ),
    # 別添1: facilities
    ("1 p.1", "schedule", "facilities_operating", {"due": "2021-03-31", "aim": about(60)}, ["医療機関等の6割程度"]),
    ("1 p.1", "schedule", "facilities_operating", {"due": "2022-03-31", "aim": about(90)}, ["医療機関等の9割程度"]),
    (
        "1 p.1",
        "schedule",
        "facilities_operating",
        {"due": "2023-03-31", "aim": {"ja": "ほぼすべて", "en": "nearly all"}},
        ["概ね全ての医療機関等での導入"],
    ),
    ("1 p.1", "schedule", "dated", {"when": days("2019-10-01", "2019-10-31")}, ["2019年10月 「医療情報化支援基金」"]),
    ("1 p.1", "schedule", "dated", {"when": days("2020-08-01", "2020-08-31")}, ["2020年8月 詳細な仕様"]),
    # 別添1: road map
    (
        "1 p.2",
        "roadmap",
        "milestones",
        {"number": 4, "when": days("2021-03-01", "2021-03-31", is_about=True)},
        ["資格確認開始3月目途"],
    ),
    (
        "1 p.2",
        "roadmap",
        "milestones",
        {"number": 5, "when": days("2021-03-01", "2021-03-31", is_about=True)},
        ["3月目途●"],
    ),
    (
        "1 p.2",
        "roadmap",
        "milestones",
        {"number": 8, "when": days("2021-10-01", "2021-10-31", is_about=True)},
        ["10月目途●", "2021年10月 マイナポータルでの薬剤情報"],
    ),
    ("1 p.1", "roadmap", "bars", {"quarters": days("2020-08-01", None)}, ["2020年8月"]),
    # 別添2: persons and bodies
    (
        "2-1",
        "insurers",
        "groups",
        {"sheet": "2-1", "together": about(29_500_000), "due": "2023-03-31"},
        ["約10万事業所(事業主):加入者約2,950万人", "令和4年度中"],
    ),
    ("2-1", "insurer-health-society", "facts", {"value": about(100_000)}, ["約10万事業所"]),
    (
        "2-2",
        "insurers",
        "groups",
        {"sheet": "2-2", "together": about(39_400_000), "due": "2023-03-31"},
        ["加入者約3,940万人"],
    ),
    ("2-2", "insurer-health-association", "facts", {"value": about(2_200_000)}, ["約220万事業所"]),
    (
        "2-3",
        "insurers",
        "groups",
        {"insured": about(30_000_000), "due": "2023-03-31"},
        ["市町村国保(被保険者約3000万人)"],
    ),
    ("2-3", "insurers", "groups", {"insured": about(2_800_000), "due": "2023-03-31"}, ["162組合:被保険者約280万人"]),
    ("2-3", "insurer-nhi-society", "facts", {"value": 162}, ["162組合"]),
    (
        "2-4",
        "insurers",
        "groups",
        {"sheet": "2-4", "insured": about(18_000_000), "due": "2023-03-31"},
        ["被保険者約1800万人"],
    ),
    (
        "2-5",
        "insurers",
        "groups",
        {
            "insured": about(800_000),
            "dependants": about(800_000),
            "due": "2020-03-31",
            "follow_up_on": ["2019-12-31", "2020-03-31"],
        },
        ["共済組合員約80万人・被扶養者約80万人", "令和元年12月末、令和2年3月末"],
    ),
    (
        "2-6",
        "insurers",
        "groups",
        {
            "insured": about(1_610_000),
            "dependants": about(1_530_000),
            "due": "2020-03-31",
            "follow_up_on": ["2019-10-31", "2019-12-31", "2020-03-31"],
        },
        ["共済組合員約161万人・被扶養者約153万人", "令和元年10月末・12月末・令和2年3月末"],
    ),
    (
        "2-7",
        "insurers",
        "groups",
        {"insured": 940_000, "dependants": 730_000, "due": "2020-03-31", "follow_up_on": ["2019-12-31", "2020-03-31"]},
        ["組合員94万人、被扶養者73万人", "12月末及び3月末"],
    ),
    ("2-7", "insurer-public-school", "facts", {"value": 1_700}, ["全国1,700自治体"]),
    ("2-7", "insurer-public-school", "facts", {"value": 38_000}, ["全国3万8千校"]),
    (
        "2-8",
        "insurers",
        "groups",
        {
            "insured": about(300_000),
            "dependants": about(390_000),
            "due": "2020-03-31",
            "follow_up_on": ["2019-12-31", "2020-03-31"],
        },
        ["組合員約30万人・被扶養者約39万人", "令和元年12月末及び2年3月末"],
    ),
    ("2-8", "insurer-police", "facts", {"value": 47}, ["47都道府県警察"]),
    (
        "2-9",
        "insurers",
        "groups",
        {"insured": 580_000, "dependants": 340_000, "due": "2023-03-31"},
        ["加入者58万人・被扶養者34万人"],
    ),
    # 別添2: measures with a number or a day
    (
        "2-3",
        "insurer-municipal-nhi",
        "measures",
        {"timing": {"ja": "更新はおおむね1～2年ごと", "en": "renewal about every one to two years"}},
        ["概ね1~2年毎"],
    ),
    (
        "2-3",
        "insurer-nhi-society",
        "measures",
        {"timing": {"ja": "更新はおおむね1～2年ごと", "en": "renewal about every one to two years"}},
        ["概ね1~2年毎"],
    ),
    (
        "2-4",
        "insurer-elderly",
        "measures",
        {"timing": {"ja": "更新は1年または2年ごと", "en": "renewal every year or every two years"}},
        ["1年又は2年毎"],
    ),
    ("2-6", "insurer-local-servants", "facts", {"value": "2020-04-01"}, ["令和2年度4月以降の新規採用職員"]),
    (
        "2-7",
        "insurer-public-school",
        "measures",
        {"copies": 38_000, "timing": {"ja": "2019年7月25日", "en": "25 July 2019"}},
        ["7/25:38,000部"],
    ),
    (
        "2-7",
        "insurer-public-school",
        "measures",
        {"timing": {"ja": "9月、12月", "en": "September and December"}},
        ["9月・12月に全組合員"],
    ),
    (
        "2-7",
        "insurer-public-school",
        "measures",
        {"timing": {"ja": "8月", "en": "August"}},
        ["8月を「マイナンバーカード月間」"],
    ),
    (
        "2-7",
        "insurer-public-school",
        "measures",
        {"timing": {"ja": "長期休業期間（年間50日程度）", "en": "the long holidays, about 50 days a year"}},
        ["年間50日程度"],
    ),
    ("2-9", "insurer-private-school", "measures", {"timing": {"ja": "年2回", "en": "twice a year"}}, ["年2回開催"]),
    # 別添4
    ("4", "points", "schemes", {"when": days("2019-10-01", "2020-03-31")}, ["2019年10月~2020年3月末", "3歳未満"]),
    ("4", "points", "schemes", {"when": days("2019-10-01", "2020-06-30")}, ["2019年10月~2020年6月末"]),
    (
        "4",
        "points",
        "schemes",
        {
            "when": {
                "ja": "2020年度（令和2年度）、還元策が終わった後の一定期間",
                "en": "for a time in FY2020 (Reiwa 2), after the points back have ended",
            }
        },
        ["令和2年度において", "ポイント還元終了後"],
    ),
    # 別添2, 5, 6: dated acts
    ("5", "plan", "acts", {"when": days("2019-06-04", "2019-06-04")}, ["令和元年6月4日デジタル・ガバメント閣僚会議"]),
    (
        "5",
        "plan",
        "acts",
        {"when": days("2019-06-01", "2019-07-31")},
        ["令和元年6月~7月に実施した全都道府県での説明会"],
    ),
    ("5", "plan", "acts", {"when": days("2019-06-28", "2019-06-28"), "place": "別添5"}, ["同年6月28日"]),
    ("2-6", "plan", "acts", {"when": days("2019-06-28", "2019-06-28"), "place": "別添2 2-6"}, ["令和元年6月28日付"]),
    ("2-7", "plan", "acts", {"when": days("2019-07-25", "2019-07-25")}, ["7/25"]),
    ("2-5", "plan", "acts", {"when": days("2019-07-30", "2019-07-30")}, ["令和元年7月30日付"]),
    ("6", "plan", "acts", {"when": days("2019-07-31", "2019-07-31")}, ["令和元年7月31日"]),
    ("1", "plan", "acts", {"when": days("2019-09-03", "2019-09-03")}, ["令和元年9月3日"]),
    ("5", "plan", "acts", {"when": days("2019-09-01", "2019-09-10")}, ["令和元年9月上旬"]),
    ("5", "plan", "acts", {"when": days("2019-09-12", "2019-09-12")}, ["同月12日"]),
    ("5", "plan", "acts", {"when": days("2019-09-11", "2019-09-30")}, ["同月中下旬"]),
    ("5", "plan", "acts", {"when": days("2019-10-01", "2019-10-31", is_about=True)}, ["同年10月頃"]),
    ("5", "plan", "acts", {"when": days("2019-11-01", None)}, ["同年11月~"]),
    # 別添6: timetable
    ("6", "ministries", "steps", {"number": 1, "when": days("2019-07-31", "2019-07-31")}, ["令和元年7月31日"]),
    ("6", "ministries", "steps", {"number": 2, "when": days(None, "2019-12-31")}, ["年内 要請の実施"]),
    ("6", "ministries", "steps", {"number": 3, "when": days("2020-03-01", "2020-03-31", is_about=True)}, ["3月頃"]),
    (
        "6",
        "ministries",
        "steps",
        {"number": 4, "when": days("2020-05-01", "2020-05-31", is_about=True)},
        ["総会(5月頃)"],
    ),
    ("6", "ministries", "steps", {"number": 5, "when": days("2020-09-01", "2020-09-30", is_about=True)}, ["9月頃"]),
    ("6", "ministries", "steps", {"number": 7, "when": days("2021-03-01", "2021-03-31", is_about=True)}, ["3月頃"]),
    # 別添7: done
    ("7 ①", "publicity", "media", {"when": days("2019-03-14", "2019-03-29")}, ["H31/3/14-29"]),
    ("7 ①", "publicity", "media", {"when": days("2019-05-25", "2019-05-31")}, ["R1/5/25-31"]),
    ("7 ①", "publicity", "media", {"when": ["2019-03-16"], "sites": 71}, ["H31/3/16 全国71紙", "新聞記事下7段"]),
    # 別添7: planned
    (
        "7 ③",
        "publicity",
        "media",
        {"sites": 8, "length_s": 15, "per_hour": span(3, 4), "when": days("2019-10-01", "2019-10-31")},
        ["計8都市", "15秒、3~4回/時間", "19年10月(1か月間)"],
    ),
    (
        "7 ③",
        "publicity",
        "media",
        {
            "sites": 1_301,
            "facilities": 889,
            "length_s": 15,
            "per_hour": about(4),
            "per_day": about(32),
            "when": days("2019-11-01", "2019-11-30"),
        },
        ["1,301か所/889施設", "約4回/時間(約32回/日)", "19年11月(1か月間)"],
    ),
    (
        "7 ③",
        "publicity",
        "media",
        {
            "sites": 780,
            "facilities": 766,
            "length_s": 15,
            "per_hour": about(6),
            "per_day": about(48),
            "when": days("2019-11-01", "2019-11-30"),
        },
        ["780か所/766施設", "約6回/時間(約48回/日)"],
    ),
    (
        "7 ③",
        "publicity",
        "media",
        {
            "sites": 200,
            "length_s": 15,
            "when": [days("2019-12-01", "2019-12-31"), {"ja": "のうち14日間", "en": "14 days of it"}],
        },
        ["15秒、200店舗", "19年12月(2週間)"],
    ),
    (
        "7 ③",
        "publicity",
        "media",
        {
            "sites": "",
            "length_s": 15,
            "when": [days("2019-12-01", "2019-12-31"), {"ja": "のうち7日間", "en": "7 days of it"}],
        },
        ["15秒、メトロ全線", "19年12月(1週間)"],
    ),
    ("7 ③", "publicity", "media", {"when": ["2019-09-27", "2019-10-25", "2019-11-29"]}, ["9/27,10/25,11/29"]),
    ("7 ③", "publicity", "media", {"when": ["2019-09-25", "2019-10-25", "2019-11-25"]}, ["9/25,10/25,11/25"]),
    ("7 ③", "publicity", "media", {"when": ["2019-10-01", "2019-11-01", "2019-12-01"]}, ["10/1,11/1,12/1"]),
    ("7 ③", "publicity", "media", {"when": days("2019-09-27", "2019-10-24")}, ["9/27~10/24"]),
    ("7 ③", "publicity", "media", {"when": days("2019-09-30", "2019-10-27")}, ["9/30~10/27"]),
    ("7 ③", "publicity", "media", {"when": days("2019-10-01", "2019-10-28")}, ["10/1~10/28"]),
]
# Which municipalities are named for which way.
EXAMPLES = {
    "申請サポート": ["前橋市", "越前町", "守谷市", "鳴門市", "栗原市"],
    "申請時来庁": ["伊勢崎市", "都城市", "福島市"],
    "出張申請受付": ["川崎市", "佐賀市", "神戸市", "酒田市", "杉並区", "都城市"],
}
