"""What the person whose data a public task stands for would have answered about it.

Average characters of a document: `descriptive_stats` of mteb 2.26.24 (test split; the mean over the
eight lengths for LEMBPasskeyRetrieval). Domains: the tasks' own descriptions.
"""

from __future__ import annotations

from advisor.catalogue.card import Board

CHARACTERS = {
    "AILAStatutes": 1973,
    "AppsRetrieval": 573,
    "ArguAna": 1030,
    "BelebeleRetrieval": 487,
    "COIRCodeSearchNetRetrieval": 183,
    "CQADupstackGamingRetrieval": 490,
    "CQADupstackUnixRetrieval": 1006,
    "ClimateFEVERHardNegatives": 1246,
    "CmedqaRetrieval": 308,
    "CodeEditSearchRetrieval": 552,
    "CodeFeedbackMT": 1468,
    "CodeFeedbackST": 1521,
    "CodeSearchNetCCRetrieval": 262,
    "CodeSearchNetRetrieval": 759,
    "CodeTransOceanContest": 1506,
    "CodeTransOceanDL": 1479,
    "CosQA": 276,
    "CovidRetrieval": 332,
    "DuRetrieval": 331,
    "EcomRetrieval": 33,
    "FEVERHardNegatives": 696,
    "FiQA2018": 767,
    "HagridRetrieval": 228,
    "HotpotQAHardNegatives": 375,
    "LEMBPasskeyRetrieval": 29037,
    "LegalBenchCorporateLobbying": 1157,
    "MIRACLRetrievalHardNegatives": 419,
    "MLQARetrieval": 249,
    "MMarcoRetrieval": 114,
    "MedicalRetrieval": 122,
    "SCIDOCS": 1204,
    "SpartQA": 50,
    "StackOverflowQA": 1202,
    "StatcanDialogueDatasetRetrieval": 6807,
    "SyntheticText2SQL": 127,
    "T2Retrieval": 874,
    "TRECCOVID": 1117,
    "TempReasonL1": 9,
    "Touche2020Retrieval.v3": 2096,
    "TwitterHjerneRetrieval": 129,
    "VideoRetrieval": 31,
    "WikipediaRetrievalMultilingual": 382,
    "WinoGrande": 8,
}
DOMAINS = {
    "AILAStatutes": "legal",
    "LegalBenchCorporateLobbying": "legal",
    "TRECCOVID": "biomedical",
    "CovidRetrieval": "biomedical",
    "CmedqaRetrieval": "biomedical",
    "MedicalRetrieval": "biomedical",
    "FiQA2018": "finance",
    "EcomRetrieval": "e-commerce",
}
CHARACTERS_PER_WORD = 5.7
"""With the blank; Chinese has 1.4 characters a token, and the product 1.4 tokens a word."""
CHARACTERS_PER_CHINESE_WORD = 1.4


def document_words(task: str, board: Board) -> int | None:
    """Return about how many words a document of the task has, None where it is not known."""
    characters = CHARACTERS.get(task)
    if characters is None:
        return None
    per_word = CHARACTERS_PER_CHINESE_WORD if board == "zh" else CHARACTERS_PER_WORD
    return max(1, round(characters / per_word))


def domain(task: str) -> str:
    """Return the domain the user would have named."""
    return DOMAINS.get(task, "general")
