"""Derives official_changes.tsv: what the official code list says differently from the raw points.

Not part of the build; the table it writes is committed. Run it with the raw points beside it and
`code_bdong.json` of PyPI PublicDataReader 1.1.1.post2 (MIT; its rows are 행정안전부 법정동코드,
2022-09) as the only argument. Standard library only.
"""
import collections, gzip, json, os, sys

HERE = os.path.dirname(os.path.abspath(__file__))
table = json.load(open(sys.argv[1]))
text = lambda x: x if isinstance(x, str) else ""
active, created, abolished = {}, {}, {}
for i, code in table["법정동코드"].items():
    name = " ".join(filter(None, (text(table[k][i]) for k in ("시도명", "시군구명", "읍면동명", "동리명"))))
    if text(table["말소일자"][i]):
        abolished[code] = (name, text(table["말소일자"][i]))
    else:
        active[code], created[code] = name, text(table["생성일자"][i])
raw = collections.OrderedDict()
for line in gzip.open(os.path.join(HERE, "kr_legal_dong_points_raw.tsv.gz"), "rt"):
    code, name = line.split("\t")[:2]
    raw.setdefault(code, name)

level = lambda c: "sido" if c[2:] == "0" * 8 else "sigungu" if c[5:] == "00000" else "emd" if c[8:] == "00" else "ri"
own = lambda n: n.split()[-1]
stem = lambda n: own(n)[:-1] if own(n)[-1] in "읍면동리" and len(own(n)) > 1 else own(n)

# 구 and 군 that were cut again; 부천 and 화성 are left to kr_reform_2026_07_01.tsv.
SUCCESSORS = {
    "28170": ["28177"], "41730": ["41670"], "43710": ["43111", "43112", "43113", "43114"],
    "43111": ["43111", "43112", "43113", "43114"], "43113": ["43111", "43112", "43113", "43114"],
    "48121": ["48123", "48121"], "44830": ["44270"],
}
# Renamed on one day together with a neighbour, so that neither name nor date decides.
BY_HAND = {
    "2817000000": "2817700000", "4173000000": "4167000000", "4173035000": "4167034500",
    "4182034023": "4182034528", "4511114600": "4511313800", "4679039000": "4679039500",
    "4679041000": "4679041500", "4679039026": "4679039526", "4679041025": "4679041525",
    "4775031037": "4775031527", "4790032000": "4790042000", "4790033000": "4790043000",
    "4793032000": "4793039000", "4793034000": "4793040000",
    "4371000000": "", "4173025000": "", "4483025000": "", "2729010300": "", "4161025000": "",
}
BY_REFORM = ("41590", "41195", "41197", "41199")
missing = {c for c in active if c not in raw}
gone = [c for c in raw if c not in active and c[:5] not in BY_REFORM]
new = dict(BY_HAND)
for wanted in ("emd", "ri"):
    for code in gone:
        if level(code) != wanted or code in new:
            continue
        name, day = abolished.get(code, (raw[code], ""))
        within = SUCCESSORS.get(code[:5], [code[:5]])
        free = [c for c in missing if c[:5] in within]
        parent = code[:8] + "00"
        if wanted == "emd":
            tries = [[c for c in free if level(c) == "emd" and stem(active[c]) == stem(name)],
                     [c for c in active if c[:5] in within and c[:5] != code[:5] and level(c) == "emd" and own(active[c]) == own(name)],
                     [c for c in free if level(c) == "emd" and created[c] == day]]
        else:
            home = new.get(parent, "")[:8]
            tries = [[c for c in free if home and c[:8] == home and own(active[c]) == own(name)],
                     [c for c in free if own(active[c]) == own(name)],
                     [c for c in free if stem(active[c]) == stem(name)],
                     [c for c in active if c[:5] in within and level(c) == "emd" and stem(active[c]) == stem(name)],
                     [c for c in free if created[c] == day and c[:8] == (home or code[:8])],
                     [c for c in active if c[:5] in within and own(active[c]) == own(name)]]
        found = next((t for t in tries if t), [])
        if len(found) > 1:
            found = [c for c in found if created[c] == day]
        new[code] = found[0] if len(found) == 1 else ""

rows = [(code, new[code], active.get(new[code], "")) for code in gone]
rows += [(c, c, active[c]) for c in raw
         if c in active and level(c) in ("emd", "ri") and own(raw[c]) != own(active[c])]
taken = set(new.values())
for code in sorted(missing - taken):
    if "출장" in active[code] or active[code].endswith("출"):
        continue  # branch offices are no districts
    if level(code) == "ri" and created[code] < "20100101" and code[:5] != "41590":
        continue  # no polygon in fifteen years: north of the line, or a 행정리 (Jeju)
    rows.append(("", code, active[code]))
rows.append(("", "4159711500", "경기도 화성시 동탄구 여울동"))  # newer than the list; 행정표준코드 2026-07-29
rows.sort(key=lambda r: (r[0] or r[1], r[1]))
with open(os.path.join(HERE, "official_changes.tsv"), "w") as out:
    out.write("# source: 행정안전부 법정동코드 (2022-09) as packed in PyPI PublicDataReader 1.1.1.post2, MIT; by derive_official_changes.py\n")
    out.write("# raw_code empty: in force, no polygon. official_code empty: abolished, no single successor.\n")
    out.write("raw_code\tofficial_code\tofficial_name\n")
    out.writelines("\t".join(r) + "\n" for r in rows)
