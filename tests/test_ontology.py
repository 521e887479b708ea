"""The vocabulary, its shapes, its context and its questions, checked against each other and a small graph."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import namespace as ns

from kg import ontology
from kg.corpus import gold_folder, read_gold
from kg.errors import OntologyError, QueryError
from kg.graph import store as graph_store
from kg.graph import validate
from kg.graph.graph import Graph
from kg.model import FAMILIES, FAMILY_OF, PREDICATES, TYPES

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "ontology"
EXAMPLE = ROOT / "tests" / "data" / "example.trig"
ID = "https://kg.example.org/id/"
PREFIXES = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in ontology.PREFIXES.items())
QUESTIONS = sorted(path.stem for path in (FOLDER / "queries").glob("*.rq"))


@cache
def store() -> ox.Store:
    filled = ox.Store()
    filled.load(path=str(EXAMPLE))
    # as in the store of a graph: the default graph holds each triple of all articles once
    filled.extend(graph_store.union(filled))
    return filled


@cache
def union() -> tuple[ox.Triple, ...]:
    return tuple(sorted({q.triple for q in store()}, key=str))


@cache
def turtle() -> tuple[ox.Triple, ...]:
    return tuple(q.triple for q in ox.parse(path=str(FOLDER / "kg.ttl")))


def rows(sparql: str) -> list[tuple[str | None, ...]]:
    answer = store().query(sparql)
    assert isinstance(answer, ox.QuerySolutions)
    return [tuple(getattr(value, "value", None) for value in row) for row in answer]


def ask(name: str, /, **parameters: str) -> list[tuple[str | None, ...]]:
    return rows(ontology.question(name, **parameters).sparql)


# ---------------------------------------------------------------- vocabulary


def test_every_type_is_a_class_under_its_family() -> None:
    known = ontology.load()
    for type_ in TYPES:
        term = known.classes[type_]
        assert term.label_zh
        assert term.label_en
        assert term.definition_zh
        assert term.definition_en
        family = FAMILY_OF[type_]
        expected = (family, "Entity") if family in ("Organization", "Location") else ("Entity",)
        assert known.superclasses(type_) == expected


def test_every_predicate_has_labels_definitions_domain_and_range() -> None:
    known = ontology.load()
    for name in PREDICATES:
        term = known.properties[name]
        assert term.label_zh
        assert term.label_en
        assert term.definition_zh
        assert term.definition_en
        assert term.domain <= set(TYPES)
        assert term.range <= set(TYPES)
        assert term.domain
        assert term.range
        assert term.datatype is None
        assert term.symmetric or term.inverse, f"{name} cannot be read from its object"


def test_properties_of_the_rdf_mapping_are_there_with_their_datatypes() -> None:
    known = ontology.load().properties
    assert {name: known[name].datatype for name in ("start", "confidence", "quote", "from", "indicator")} == {
        "start": "xsd:integer",
        "confidence": "xsd:decimal",
        "quote": "xsd:string",
        "from": "xsd:date",
        "indicator": "rdf:langString",
    }
    assert known["quote"].domain == {"Statement", "Observation"}
    assert known["inArticle"].domain == {*TYPES, "Statement", "Observation"}
    assert known["unit"].range == {"Unit"}


def test_characteristics() -> None:
    known = ontology.load().properties
    assert [n for n in PREDICATES if known[n].symmetric] == ["cooperatesWith"]
    assert [n for n in PREDICATES if known[n].transitive] == ["locatedIn", "subsidiaryOf", "partOf"]
    for name in PREDICATES:
        inverse = known[name].inverse
        if inverse:
            assert known[inverse].inverse == name
            assert (known[inverse].domain, known[inverse].range) == (known[name].range, known[name].domain)


def test_every_label_is_used_once() -> None:
    known = ontology.load()
    for terms in (known.classes.values(), known.properties.values()):
        labels = [term.label_zh for term in terms] + [term.label_en for term in terms]
        # unit and period are a class each and the property that leads to it
        assert len(labels) == len(set(labels))


@pytest.mark.parametrize(
    ("predicate", "subject", "object_", "allowed"),
    [
        ("locatedIn", "Project", "DevelopmentZone", True),
        ("locatedIn", "Person", "AdministrativeDivision", True),
        ("locatedIn", "Industry", "AdministrativeDivision", False),
        ("locatedIn", "Company", "Company", False),
        ("subsidiaryOf", "Company", "CentralEnterprise", True),
        ("subsidiaryOf", "Company", "AdministrativeDivision", False),
        ("cooperatesWith", "CentralEnterprise", "DevelopmentZone", True),
        ("cooperatesWith", "DevelopmentZone", "CentralEnterprise", True),
        ("cooperatesWith", "Person", "Company", False),
        ("investsIn", "Company", "Project", True),
        ("investsIn", "AdministrativeDivision", "Company", True),
        ("investsIn", "Company", "Initiative", False),
        ("implements", "Company", "DevelopmentZone", True),
        ("implements", "Company", "Initiative", False),
        ("launches", "GovernmentBody", "Document", True),
        ("launches", "Company", "Project", False),
        ("organizes", "AdministrativeDivision", "Event", True),
        ("organizes", "Person", "Event", False),
        ("participatesIn", "Person", "Event", True),
        ("participatesIn", "Project", "Initiative", True),
        ("participatesIn", "AdministrativeDivision", "Document", True),
        ("participatesIn", "Product", "Event", False),
        ("holdsPositionAt", "Person", "GovernmentBody", True),
        ("holdsPositionAt", "Person", "AdministrativeDivision", True),
        ("holdsPositionAt", "Company", "GovernmentBody", False),
        ("receives", "Product", "Honor", True),
        ("receives", "Product", "Event", False),
        ("hasIndustry", "Project", "Industry", True),
        ("hasIndustry", "Product", "Industry", False),
        ("produces", "Company", "Product", True),
        ("produces", "Project", "Product", False),
        ("partOf", "Document", "Event", True),
        ("partOf", "Project", "Document", False),
    ],
)
def test_allows_follows_the_guide(predicate: str, subject: str, object_: str, allowed: bool) -> None:
    assert ontology.allows(predicate, subject, object_) is allowed


def test_allows_nearly_all_of_the_annotated_corpus() -> None:
    refused = total = 0
    for path in sorted(gold_folder().glob("*.json")):
        gold = read_gold(path)
        types = {entity["id"]: entity["type"] for entity in gold["entities"]}
        for subject, predicate, object_ in gold["relations"]:
            total += 1
            refused += not ontology.allows(predicate, types[subject], types[object_])
    assert total > 5000
    assert refused / total < 0.01


def test_unknown_names_are_errors_that_list_the_valid_ones() -> None:
    with pytest.raises(OntologyError, match=r"no predicate ownedBy .*locatedIn"):
        ontology.allows("ownedBy", "Company", "Company")
    with pytest.raises(OntologyError, match="no predicate quote"):
        ontology.allows("quote", "Company", "Company")
    with pytest.raises(OntologyError, match=r"no type Organization .*CentralEnterprise"):
        ontology.allows("locatedIn", "Organization", "Place")
    with pytest.raises(OntologyError, match="no class Firm"):
        ontology.superclasses("Firm")


def test_a_term_without_a_definition_is_an_error() -> None:
    text = PREFIXES.replace("PREFIX", "@prefix").replace(">\n", "> .\n")
    with pytest.raises(OntologyError, match="kg:X lacks skos:definition in one language"):
        ontology.parse_ontology(
            f'{text} kg:X a owl:Class ; rdfs:label "甲"@zh, "x"@en ; skos:definition "甲"@zh .'
        )
    with pytest.raises(OntologyError, match="kg:p has not exactly one"):
        ontology.parse_ontology(
            f'{text} kg:p a owl:ObjectProperty ; rdfs:label "甲"@zh, "x"@en ;'
            ' skos:definition "甲"@zh, "x"@en ; rdfs:domain kg:p .'
        )


@pytest.mark.parametrize("name", ["kg.ttl", "shapes.ttl"])
def test_both_parsers_read_the_same_triples(name: str) -> None:
    path = FOLDER / name
    one = len(list(ox.parse(path=str(path))))
    assert one > 300
    assert len(rdflib.Graph().parse(path)) == one


def test_terms_of_other_vocabularies_exist() -> None:
    closed = (ns.DCTERMS, ns.FOAF, ns.ORG, ns.OWL, ns.PROV, ns.QB, ns.SDO, ns.SKOS, ns.TIME)
    # newer than the list of schema.org that rdflib carries
    known = {"https://schema.org/observationAbout"}
    used = {t.value for triple in turtle() for t in (triple.predicate, triple.object) if hasattr(t, "value")}
    ours = [
        (iri, space) for iri in used for space in closed if iri.startswith(str(space)) and iri != str(space)
    ]
    assert len(ours) > 50
    assert [iri for iri, space in ours if rdflib.URIRef(iri) not in space and iri not in known] == []


def test_terms_used_by_shapes_and_queries_and_example_exist() -> None:
    known = {*ontology.load().classes, *ontology.load().properties}
    texts = [path.read_text(encoding="utf-8") for path in sorted((FOLDER / "queries").glob("*.rq"))]
    texts += [(FOLDER / "shapes.ttl").read_text(encoding="utf-8"), EXAMPLE.read_text(encoding="utf-8")]
    used = {name for text in texts for name in re.findall(r"\bkg:(\w+)", text)}
    assert {"Company", "locatedIn", "quote"} <= used
    assert used - known == set()


# ---------------------------------------------------------------- JSON-LD context


def test_the_context_has_a_word_for_every_stored_term() -> None:
    words = json.loads((FOLDER / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    known = ontology.load()
    inverses = {known.properties[name].inverse for name in PREDICATES}
    # helper classes are no types of things
    assert {*TYPES, *FAMILIES, "Entity", "Statement", "Observation", "Article", "Unit", "Period"} <= set(
        words
    )
    assert {name for name in known.properties if name not in inverses} <= set(words)


def test_a_document_comes_back_from_json_ld() -> None:
    context = json.loads((FOLDER / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    document = {
        "@context": context,
        "@graph": [
            {
                "@id": ID + "organization/甲集团",
                "@type": ["CentralEnterprise", "Organization", "Entity"],
                "prefLabel": "甲集团",
                "altLabel": ["甲"],
                "cooperatesWith": ID + "location/乙区",
                "inArticle": [ID + "article/a"],
            },
            {
                "@id": ID + "statement/1",
                "@type": "Statement",
                "statementSubject": ID + "organization/甲集团",
                "statementPredicate": "cooperatesWith",
                "statementObject": ID + "location/乙区",
                "start": "3",
                "confidence": "0.9",
                "quote": "甲集团与乙区合作",
            },
        ],
    }
    graph = rdflib.Graph().parse(data=json.dumps(document), format="json-ld")
    kg = rdflib.Namespace(ontology.NAMESPACE)
    group, statement = rdflib.URIRef(ID + "organization/甲集团"), rdflib.URIRef(ID + "statement/1")
    assert set(graph.objects(group, ns.SKOS.prefLabel)) == {rdflib.Literal("甲集团", lang="zh")}
    assert (group, kg.cooperatesWith, rdflib.URIRef(ID + "location/乙区")) in graph
    assert graph.value(statement, rdflib.RDF.predicate) == kg.cooperatesWith
    assert graph.value(statement, kg.confidence) == rdflib.Literal("0.9", datatype=rdflib.XSD.decimal)
    again = rdflib.Graph().parse(data=graph.serialize(format="json-ld", context=context), format="json-ld")
    assert set(again) == set(graph)


# ---------------------------------------------------------------- the example graph


def test_every_quote_of_the_example_stands_in_its_article() -> None:
    found = rows(
        f"{PREFIXES} SELECT ?text ?start ?end ?quote WHERE {{ GRAPH ?g {{"
        " ?e kg:quote ?quote ; kg:start ?start ; kg:end ?end ; kg:inArticle ?a . ?a kg:text ?text } }"
    )
    assert len(found) > 35
    for text, start, end, quote in found:
        assert text is not None
        assert text[int(start or 0) : int(end or 0)] == quote


def test_every_statement_of_the_example_has_its_direct_triple() -> None:
    said = rows(
        f"{PREFIXES} SELECT ?s ?p ?o WHERE {{ ?x rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o }}"
    )
    direct = {
        tuple(t.value for t in (x.subject, x.predicate, x.object) if hasattr(t, "value")) for x in union()
    }
    assert set(said) <= direct
    assert {str(p).removeprefix(ontology.NAMESPACE) for _, p, _ in said} == set(PREDICATES)


@cache
def shapes() -> rdflib.Graph:
    return rdflib.Graph().parse(FOLDER / "shapes.ttl")


def report(*changes: str) -> tuple[bool, str]:
    """Return whether the shapes accept the example graph after some updates, and the messages."""
    changed = ox.Store()
    changed.bulk_extend(ox.Quad(*triple) for triple in union())
    for change in changes:
        changed.update(f"{PREFIXES} {change}")
    found = validate.validate(Graph(changed))
    assert found == validate.validate(Graph(changed), sieved=False), "the sieve lets pass what SHACL does not"
    return found.conforms, "\n".join(sorted(violation.message for violation in found.violations))


@pytest.mark.parametrize("predicate", PREDICATES)
def test_shapes_and_vocabulary_name_the_same_classes(predicate: str) -> None:
    sh = rdflib.Namespace(ontology.PREFIXES["sh"])
    term = ontology.load().properties[predicate]
    for target, expected in ((sh.targetSubjectsOf, term.domain), (sh.targetObjectsOf, term.range)):
        found = set()
        for shape in shapes().subjects(target, rdflib.URIRef(term.iri)):
            choices = [c for choice in shapes().objects(shape, sh["or"]) for c in shapes().items(choice)]
            for holder in (shape, *choices):
                named = {
                    str(iri).removeprefix(ontology.NAMESPACE) for iri in shapes().objects(holder, sh["class"])
                }
                found |= {type_ for type_ in TYPES if named & {type_, *ontology.superclasses(type_)}}
        assert found == expected


def test_shapes_accept_the_example() -> None:
    assert report() == (True, "")


# Each line breaks one thing; the message is the one that must be given.
BROKEN = {
    "a wrong subject": (
        "INSERT { ?x kg:produces ?y } WHERE { ?x a kg:Industry . ?y a kg:Product }",
        "The subject of kg:produces",
    ),
    "a wrong object": (
        "INSERT { ?x kg:implements ?y } WHERE { ?x a kg:CentralEnterprise . ?y a kg:Industry }",
        "The object of kg:implements",
    ),
    "cooperation one way": (
        "DELETE { ?x kg:cooperatesWith ?y } WHERE { ?x kg:cooperatesWith ?y . ?x a kg:Location }",
        "in both directions",
    ),
    "no quote": (
        "DELETE { ?x kg:quote ?q } WHERE { ?x a kg:Statement ; kg:quote ?q }",
        "one quote, not empty",
    ),
    "an empty quote": (
        'DELETE { ?x kg:quote ?q } INSERT { ?x kg:quote "" } WHERE { ?x a kg:Observation ; kg:quote ?q }',
        "one quote, not empty",
    ),
    "confidence above 1": (
        "DELETE { ?x kg:confidence ?c } INSERT { ?x kg:confidence 1.5 } WHERE { ?x kg:confidence ?c }",
        "from 0 to 1",
    ),
    "confidence as a double": (
        "DELETE { ?x kg:confidence ?c } INSERT { ?x kg:confidence 0.9e0 } WHERE { ?x kg:confidence ?c }",
        "from 0 to 1",
    ),
    "an end before the start": (
        "DELETE { ?x kg:end ?e } INSERT { ?x kg:end 1 } WHERE { ?x kg:end ?e ; kg:start ?s FILTER(?s > 1) }",
        "less than the end",
    ),
    "an unknown status": (
        'DELETE { ?x kg:status ?s } INSERT { ?x kg:status "sure" } WHERE { ?x kg:status ?s }',
        "stated, planned or reported",
    ),
    "no article": (
        "DELETE { ?x kg:inArticle ?a } WHERE { ?x a kg:Observation ; kg:inArticle ?a }",
        "exactly one article",
    ),
    "a relation that is none": (
        "DELETE { ?x rdf:predicate ?p } INSERT { ?x rdf:predicate kg:unit } WHERE { ?x rdf:predicate ?p }",
        "one of the thirteen relations",
    ),
    "no label": (
        "DELETE { ?x skos:prefLabel ?l } WHERE { ?x a kg:Person ; skos:prefLabel ?l }",
        "a preferred name",
    ),
    "two labels": ('INSERT { ?x skos:prefLabel "别的"@zh } WHERE { ?x a kg:Honor }', "a preferred name"),
    "two types": (
        "INSERT { ?x a kg:Company } WHERE { ?x a kg:CentralEnterprise }",
        "exactly one specific type",
    ),
    "two types of other families": (
        "INSERT { ?x a kg:Event } WHERE { ?x a kg:Product }",
        "An instance of kg:Product must have exactly one specific type",
    ),
    "no specific type": ("DELETE { ?x a kg:Industry } WHERE { ?x a kg:Industry }", "not kg:Entity alone"),
    "a superclass left out": (
        "DELETE { ?x a kg:Location } WHERE { ?x a kg:DevelopmentZone }",
        "must also be typed kg:Location",
    ),
    "a value as text": (
        'DELETE { ?x kg:value ?v } INSERT { ?x kg:value "很多" } WHERE { ?x kg:value ?v }',
        "an xsd:decimal",
    ),
    "an unknown bound": (
        'DELETE { ?x kg:bound ?b } INSERT { ?x kg:bound "roughly" } WHERE { ?x kg:bound ?b }',
        "exact, about, min or max",
    ),
    "a period that ends before it begins": (
        'DELETE { ?x kg:to ?t } INSERT { ?x kg:to "2000-01-01"^^xsd:date } WHERE { ?x kg:to ?t }',
        "not after its last",
    ),
    "a date in words": (
        'INSERT { ?x kg:date "去年" } WHERE { ?x kg:title ?t }',
        "At most one date",
    ),
    "a short digest": (
        'DELETE { ?x kg:digest ?d } INSERT { ?x kg:digest "abc" } WHERE { ?x kg:digest ?d }',
        "SHA-256",
    ),
    "a date of writing as a string": (
        'DELETE { ?x kg:published ?d } INSERT { ?x kg:published "2023-09" } WHERE { ?x kg:published ?d }',
        "date of writing",
    ),
}


@pytest.mark.parametrize("first", range(4))
def test_shapes_reject(first: int) -> None:
    # several at a time, since a validation takes half a second; those of one batch do not touch each other
    batch = dict(list(BROKEN.items())[first::4])
    conforms, messages = report(*(change for change, _ in batch.values()))
    assert not conforms
    missing = {name: message for name, (_, message) in batch.items() if message not in messages}
    assert missing == {}
    assert re.search("[\u4e00-\u9fff]", messages), "the messages are there in Chinese too"


def test_a_circle_of_places_is_a_warning() -> None:
    conforms, messages = report(
        "INSERT { ?b kg:locatedIn ?a } WHERE { ?a kg:locatedIn ?b . ?a a kg:DevelopmentZone }"
    )
    assert conforms, "articles may contradict each other"
    assert "No place lies in a place that lies in it" in messages


# ---------------------------------------------------------------- questions

A, B, C = (
    ("云港携手央企共建北方港城", "yungang"),
    ("白石区加快建设制造强区", "baishi"),
    ("云港再签约", "yungang-2"),
)
SIGNED = "华夏港航集团与云港合作创新区签署战略合作协议"
FIGURES = "2023年，白石区地区生产总值512.3亿元"
ANSWERS: dict[str, tuple[dict[str, str], list[tuple[str | None, ...]]]] = {
    "articles-about": ({"name": "云港"}, [(*A, "2023-09", "望海日报", "7"), (*C, "2024", None, "2")]),
    "central-partners-of-place": (
        {"name": "云港"},
        [
            ("华夏港航集团", "云港合作创新区", "合作", SIGNED, *A, "72"),
            ("华夏港航集团", "云港合作创新区", "合作", "华夏港航集团与云港合作创新区深化合作", *C, "7"),
        ],
    ),
    "central-partners-with-projects": (
        {},
        [
            ("华夏港航集团", "云港合作创新区", None, None, "华夏港航集团与云港合作创新区深化合作", *C),
            ("华夏港航集团", "云港合作创新区", "云港冷链物流基地项目", "60亿元", SIGNED, *A),
            ("华夏港航集团", "白石区", "白石船舶配套园项目", "8.2亿元", "华夏港航集团与白石区签约合作", *B),
        ],
    ),
    "common-ground": (
        {"name": "华夏港航集团", "other": "云港"},
        [("Company", "华夏港航望海有限公司"), ("Project", "云港冷链物流基地项目")],
    ),
    "conflicting-figures": (
        {},
        [("云港合作创新区", "固定资产投资", "2022", "45.6亿元", "yungang", "46亿元", "yungang-2")],
    ),
    "enterprises-in-districts": ({}, [("华夏港航集团", "2", "白石区、青湾区")]),
    "events-with-participants": (
        {},
        [
            ("央企进青湾招商大会", "举办", "青湾区", "青湾区举办央企进青湾招商大会", *A),
            (
                "央企进青湾招商大会",
                "参加",
                "华夏港航集团",
                "青湾区举办央企进青湾招商大会，华夏港航集团参加会议",
                *A,
            ),
            ("智造三年行动推进会", "参加", "王立新", "白石区委书记王立新出席智造三年行动推进会", *B),
        ],
    ),
    "facts-in-several-articles": ({}, [("华夏港航集团", "cooperatesWith", "云港合作创新区", "2")]),
    "figures-of": (
        {"name": "白石区"},
        [("地区生产总值", "2023", "51230000000", "CNY", "512.3亿元", "exact", FIGURES, *B)],
    ),
    "honors-by-district": (
        {},
        [
            ("白石区", "中国装备制造名城", "白石区", "白石区获评中国装备制造名城", *B),
            ("青湾区", "国家物流枢纽示范区", "青湾区", "青湾区获评国家物流枢纽示范区", *A),
        ],
    ),
    "indicator-across-places": (
        {"indicator": "生产总值"},
        [
            ("白石区", "2023", "地区生产总值", "51230000000", "CNY", "512.3亿元", FIGURES, *B),
            (
                "青湾区",
                "2023",
                "地区生产总值",
                "43000000000",
                "CNY",
                "430亿元",
                f"{FIGURES}，青湾区地区生产总值430亿元",
                *B,
            ),
        ],
    ),
    "industries-of-place": (
        {"name": "云港合作创新区"},
        [("冷链物流", "华夏港航望海有限公司", "华夏港航望海有限公司落户云港，从事冷链物流", *A)],
    ),
    "inside-place": (
        {"name": "白石区"},
        [
            ("Company", "望海重工股份有限公司", "白石区"),
            ("GovernmentBody", "白石区委", "白石区"),
            ("Project", "白石船舶配套园项目", "白石区"),
        ],
    ),
    "investors-of-projects": (
        {},
        [
            (
                "云港冷链物流基地项目",
                "华夏港航集团",
                "60亿元",
                "stated",
                "总投资60亿元的云港冷链物流基地项目由华夏港航集团建设",
                *A,
            ),
            (
                "白石船舶配套园项目",
                "华夏港航集团",
                "8.2亿元",
                "stated",
                "华夏港航集团与白石区签约合作，投资8.2亿元建设白石船舶配套园项目",
                *B,
            ),
        ],
    ),
    "large-projects-by-district": (
        {"minimum": "1e9"},
        [
            (
                "青湾区",
                "云港冷链物流基地项目",
                "6000000000",
                "60亿元",
                "总投资",
                "总投资60亿元的云港冷链物流基地项目",
                *A,
            )
        ],
    ),
    "launches-by-year": (
        {"name": "白石区"},
        [("2024", "白石区", "智造三年行动", "stated", "望海市白石区推出智造三年行动", *B)],
    ),
    "leaders-of-place": (
        {"name": "白石区"},
        [("白石区委", "书记", "王立新", "白石区委书记王立新", *B)],
    ),
    "planned-facts": ({}, [("青湾区", "launches", "云港条例", "青湾区将出台《云港条例》", *A)]),
    "posts": (
        {},
        [
            ("云港合作创新区管委会", "主任", "李明远", "云港合作创新区管委会主任李明远", *A),
            ("白石区委", "书记", "王立新", "白石区委书记王立新", *B),
        ],
    ),
    "products-of-place": (
        {"name": "望海市"},
        [("望海重工股份有限公司", "大型加氢反应器", "望海重工股份有限公司研制出大型加氢反应器", *B)],
    ),
    "projects-without-investor": ({}, [("白石船舶配套园项目一期", *B)]),
    "shared-industries": ({}, [("冷链物流", "2", "白石区、青湾区")]),
    "subsidiaries-of-central-enterprises": (
        {},
        [("华夏港航集团", "华夏港航望海有限公司", "云港合作创新区")],
    ),
    "timeline-of-cooperation": (
        {},
        [
            ("2023-09-06", "华夏港航集团", "云港合作创新区", "stated", SIGNED, *A),
            ("2024", "华夏港航集团", "云港合作创新区", "stated", "华夏港航集团与云港合作创新区深化合作", *C),
            ("2024-03-15", "华夏港航集团", "白石区", "stated", "华夏港航集团与白石区签约合作", *B),
        ],
    ),
    "what-links": (
        {"name": "华夏港航集团", "other": "白石区"},
        [("华夏港航集团", "cooperatesWith", "白石区", "华夏港航集团与白石区签约合作", *B)],
    ),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_question(name: str) -> None:
    found = ontology.question(name)
    assert "GRAPH" not in found.sparql, "the default graph is quicker, and evidence names its article"
    assert re.search("[\u4e00-\u9fff]", found.zh)
    assert found.en.isprintable()
    assert "NOT EXISTS" not in found.sparql
    assert "ORDER BY" in found.sparql
    parameters, expected = ANSWERS[name]
    assert set(parameters) == set(dict(found.parameters))
    assert ask(name, **parameters) == expected
    # the value that the file has names nothing in the example graph, and runs all the same
    if parameters and "minimum" not in parameters and "indicator" not in parameters:
        assert rows(found.sparql) == []


def test_there_are_questions_enough() -> None:
    names = [q.name for q in ontology.questions()]
    assert names == sorted(names) == QUESTIONS
    assert len(names) >= 14


def test_large_projects_keep_to_the_minimum() -> None:
    both = ask("large-projects-by-district", minimum="800000000")
    assert [row[:2] for row in both] == [("白石区", "白石船舶配套园项目"), ("青湾区", "云港冷链物流基地项目")]
    assert ask("large-projects-by-district", minimum="6000000001") == []


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=20))
def test_any_name_can_be_asked_for(name: str) -> None:
    answer = ask("articles-about", name=name)
    assert answer == [] or any(name in str(triple.object) for triple in union())


def test_wrong_questions_and_parameters_are_errors() -> None:
    with pytest.raises(QueryError, match=r"no question posts-of .*posts"):
        ontology.question("posts-of")
    with pytest.raises(QueryError, match=r"question figures-of has no parameter place \(valid: name\)"):
        ontology.question("figures-of", place="云港")
    with pytest.raises(QueryError, match="it takes none"):
        ontology.question("posts", name="云港")
    for value in ("五十亿", "NaN", "1 } UNION { ?s ?p ?o"):
        with pytest.raises(QueryError, match="must be a number"):
            ontology.question("large-projects-by-district", minimum=value)


def test_fill_question_keeps_the_defaults() -> None:
    filled = ontology.fill_question("what-links", {"name": "华夏港航集团"})
    assert 'VALUES ?name { "华夏港航集团"@zh }' in filled
    assert 'VALUES ?other { "太平湾"@zh }' in filled
    assert ontology.question("what-links", name="华夏港航集团").sparql == filled


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# zh: 有何？\nSELECT * {}", "# en:"),
        ("# zh: 有何？\n# en: What?\n# parameter: name = 甲\nSELECT * {}", r"VALUES \?name"),
        (
            '# zh: 有何？\n# en: What?\n# parameter: n = 甲\nSELECT * { VALUES ?n { "乙"@zh } }',
            "the value 甲",
        ),
    ],
)
def test_a_query_file_without_its_question_is_an_error(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "what.rq"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(QueryError, match=message) as caught:
        ontology.read_question(path)
    assert "what.rq" in str(caught.value)
