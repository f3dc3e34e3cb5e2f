#include "core/contract.h"

namespace musubi {

// Kept in step with docs/formats/contract.md. All numbers are integers, so that the canonical
// form needs no rule for floating point (RFC 8785, section 3.2.2.3).
std::string_view ContractSchema() {
  static constexpr std::string_view kSchema = R"json({
  "$schema": "http://json-schema.org/draft-07/schema#",
  "title": "Musubi contract, version 1",
  "type": "object",
  "required": ["musubi_contract", "name", "profile", "linkage"],
  "additionalProperties": false,
  "properties": {
    "musubi_contract": {"type": "integer", "enum": [1]},
    "name": {"$ref": "#/definitions/name"},
    "description": {"type": "string", "maxLength": 2000},
    "profile": {"type": "string", "enum": ["fields", "record", "clkhash"]},
    "clkhash": {"type": "object"},
    "fields": {
      "type": "array", "minItems": 1, "maxItems": 64,
      "items": {
        "type": "object",
        "required": ["name", "kind"],
        "additionalProperties": false,
        "properties": {
          "name": {"$ref": "#/definitions/name"},
          "kind": {"type": "string",
                   "enum": ["raw", "name", "name_kana", "name_kanji", "name_romaji", "date",
                            "sex", "digits", "postcode", "text", "phone", "insurer_number",
                            "insurance_code", "insurance_branch", "insured_id", "municipality",
                            "address"]},
          "part": {"type": "string",
                   "enum": ["whole", "first_word", "other_words", "last_word", "municipality",
                            "town", "number"]},
          "column": {"$ref": "#/definitions/column"},
          "columns": {"type": "array", "minItems": 1, "maxItems": 8, "uniqueItems": true,
                      "items": {"$ref": "#/definitions/column"}},
          "calling_code": {"description": "a text of 1 to 3 digits that starts with no zero",
                           "type": "string", "pattern": "^[1-9][0-9]{0,2}$"},
          "nicknames": {"type": "boolean"},
          "required": {"type": "boolean"},
          "date_order": {"type": "string", "enum": ["year_first", "day_first", "month_first"]},
          "on_invalid": {"type": "string", "enum": ["missing", "keep", "reject"]}
        }
      }
    },
    "filters": {
      "type": "array", "minItems": 1, "maxItems": 64,
      "items": {
        "type": "object",
        "required": ["name", "bits", "features"],
        "additionalProperties": false,
        "properties": {
          "name": {"$ref": "#/definitions/name"},
          "bits": {"type": "integer", "minimum": 64, "maximum": 8192, "multipleOf": 64},
          "weight": {"type": "integer", "minimum": 1, "maximum": 1000},
          "floor": {"$ref": "#/definitions/decimal"},
          "penalty": {"$ref": "#/definitions/decimal"},
          "levels": {"type": "array", "maxItems": 6, "items": {"$ref": "#/definitions/decimal"}},
          "similarity": {"type": "string", "enum": ["dice", "hamming"]},
          "saul": {
            "type": "object",
            "required": ["terms"],
            "additionalProperties": false,
            "properties": {
              "terms": {"type": "integer", "minimum": 1, "maximum": 16},
              "least_tokens": {"type": "integer", "minimum": 1, "maximum": 64},
              "least_fields": {"type": "integer", "minimum": 1, "maximum": 64}
            }
          },
          "hardening": {
            "type": "array", "minItems": 1, "maxItems": 8,
            "items": {
              "type": "object",
              "required": ["kind"],
              "additionalProperties": false,
              "properties": {
                "kind": {"type": "string",
                         "enum": ["sample", "balance", "fold", "rule90", "blip"]},
                "bits": {"type": "integer", "minimum": 64, "maximum": 8192, "multipleOf": 64},
                "flip": {"$ref": "#/definitions/decimal"}
              }
            }
          },
          "features": {
            "type": "array", "minItems": 1, "maxItems": 64,
            "items": {
              "type": "object",
              "required": ["field", "tokens"],
              "additionalProperties": false,
              "properties": {
                "field": {"$ref": "#/definitions/name"},
                "level": {"$ref": "#/definitions/level"},
                "positions": {"type": "integer", "minimum": 1, "maximum": 64},
                "tokens": {"$ref": "#/definitions/tokens"},
                "salt": {"$ref": "#/definitions/part"},
                "sample": {
                  "type": "object",
                  "required": ["own_bits", "bits"],
                  "additionalProperties": false,
                  "properties": {
                    "own_bits": {"type": "integer", "minimum": 64, "maximum": 8192,
                                 "multipleOf": 64},
                    "bits": {"type": "integer", "minimum": 1, "maximum": 8192}
                  }
                }
              }
            }
          }
        }
      }
    },
    "block_tokens": {
      "type": "array", "maxItems": 32,
      "items": {
        "type": "object",
        "required": ["name", "parts"],
        "additionalProperties": false,
        "properties": {
          "name": {"$ref": "#/definitions/name"},
          "parts": {"$ref": "#/definitions/parts"},
          "max_records": {"type": "integer", "minimum": 2, "maximum": 1000000}
        }
      }
    },
    "match_tokens": {
      "type": "array", "maxItems": 32,
      "items": {
        "type": "object",
        "required": ["name", "parts"],
        "additionalProperties": false,
        "properties": {
          "name": {"$ref": "#/definitions/name"},
          "parts": {"$ref": "#/definitions/parts"},
          "weight": {"type": "integer", "minimum": 1, "maximum": 1000},
          "conflict_weight": {"type": "integer", "minimum": 0, "maximum": 1000}
        }
      }
    },
    "linkage": {
      "type": "object",
      "required": ["model"],
      "additionalProperties": false,
      "properties": {
        "candidates": {
          "type": "object",
          "required": ["method"],
          "additionalProperties": false,
          "properties": {
            "method": {"type": "string", "enum": ["auto", "all_pairs", "blocks", "join", "lsh"]},
            "all_pairs_up_to": {"type": "integer", "minimum": 0, "maximum": 1000000000000},
            "filter": {"$ref": "#/definitions/name"},
            "similarity": {"$ref": "#/definitions/decimal"},
            "recall": {"$ref": "#/definitions/decimal"}
          }
        },
        "model": {
          "type": "object",
          "required": ["kind", "threshold"],
          "additionalProperties": false,
          "properties": {
            "kind": {"type": "string", "enum": ["weighted_mean", "fellegi_sunter"]},
            "threshold": {"$ref": "#/definitions/decimal"},
            "prior_weight": {"type": "integer", "minimum": 0, "maximum": 64000},
            "combine": {"type": "string", "enum": ["mean", "best"]},
            "least_precision": {"$ref": "#/definitions/decimal"}
          }
        },
        "resolution": {"type": "string",
                       "enum": ["greedy", "mutual_best", "strong_first", "optimal"]}
      }
    }
  },
  "definitions": {
    "name": {"description": "a text of 1 to 48 of a-z, 0-9 and _ that starts with a letter",
             "type": "string", "pattern": "^[a-z][a-z0-9_]{0,47}$"},
    "decimal": {"description": "a decimal from 0 to 1 in quotes, with at most six places",
                "type": "string", "pattern": "^(0|1|[01][.][0-9]{1,6})$"},
    "column": {"type": "string", "minLength": 1, "maxLength": 200},
    "level": {"type": "string", "enum": ["strict", "skeleton", "phonetic"]},
    "part": {
      "type": "object",
      "required": ["field"],
      "additionalProperties": false,
      "properties": {
        "field": {"$ref": "#/definitions/name"},
        "level": {"$ref": "#/definitions/level"},
        "form": {"type": "string",
                 "enum": ["full", "prefix", "year", "month_day", "soundex", "sorted", "unvoiced"]},
        "length": {"type": "integer", "minimum": 1, "maximum": 64}
      }
    },
    "parts": {
      "type": "array", "minItems": 1, "maxItems": 16,
      "items": {"$ref": "#/definitions/part"}
    },
    "tokens": {
      "type": "object",
      "required": ["kind"],
      "additionalProperties": false,
      "properties": {
        "kind": {"type": "string", "enum": ["qgram", "exact", "neighbours"]},
        "step": {"type": "integer", "minimum": 1, "maximum": 1000000},
        "reach": {"type": "integer", "minimum": 1, "maximum": 100},
        "q": {"type": "integer", "minimum": 1, "maximum": 4},
        "padded": {"type": "boolean"},
        "positional": {"type": "boolean"}
      }
    }
  }
}
)json";
  return kSchema;
}

}  // namespace musubi
