"""What scores are called in tables and figures."""

from collections.abc import Mapping

SCORES: Mapping[str, str] = {
    "bleu": "BLEU",
    "rouge_l": "ROUGE-L",
    "slot_error": "slot error",
    "label_macro_f1": "macro F1",
    "label_accuracy": "accuracy",
    "argument_f1": "argument F1",
    "function_accuracy": "functions right",
    "exact_match": "exactly right",
    "ndcg_at_k": "NDCG@k",
    "accuracy": "answers right",
    "span_f1": "F1 of the span",
}
