#include <array>
#include <utility>

#include "core/contract.h"

namespace musubi {
namespace {

// Floors are the Dice similarities that unrelated values reach by chance with filters of 512 bits
// and 10 positions a token; they go with these numbers. How weights, floors and thresholds were
// found, and what they reach, is in bench/quality/README.md.

constexpr std::string_view kWestern = R"json({
  "musubi_contract": 1,
  "name": "western",
  "description": "Names in Latin letters, birth date, sex, postcode; one filter a field.",
  "profile": "fields",
  "fields": [
    {"name": "given_name", "kind": "name"},
    {"name": "surname", "kind": "name"},
    {"name": "birth_date", "kind": "date", "date_order": "year_first", "on_invalid": "keep"},
    {"name": "sex", "kind": "sex"},
    {"name": "postcode", "kind": "postcode"}
  ],
  "filters": [
    {
      "name": "given_name",
      "bits": 512,
      "weight": 12,
      "floor": "0.3",
      "penalty": "0.5",
      "features": [{"field": "given_name", "tokens": {"kind": "qgram", "q": 2}, "positions": 10}]
    },
    {
      "name": "surname",
      "bits": 512,
      "weight": 10,
      "floor": "0.3",
      "features": [{"field": "surname", "tokens": {"kind": "qgram", "q": 2}, "positions": 10}]
    },
    {
      "name": "birth_date",
      "bits": 512,
      "weight": 16,
      "floor": "0.55",
      "penalty": "0.5",
      "features": [
        {
          "field": "birth_date",
          "tokens": {"kind": "qgram", "q": 1, "padded": false, "positional": true},
          "positions": 10
        }
      ]
    },
    {
      "name": "sex",
      "bits": 512,
      "weight": 3,
      "floor": "0",
      "features": [{"field": "sex", "tokens": {"kind": "exact"}, "positions": 10}]
    },
    {
      "name": "postcode",
      "bits": 512,
      "weight": 6,
      "floor": "0.25",
      "features": [
        {
          "field": "postcode",
          "tokens": {"kind": "qgram", "q": 1, "padded": false, "positional": true},
          "positions": 10
        }
      ]
    }
  ],
  "block_tokens": [
    {
      "name": "surname_year",
      "parts": [{"field": "surname", "form": "soundex"}, {"field": "birth_date", "form": "year"}]
    },
    {
      "name": "given_day",
      "parts": [{"field": "given_name", "form": "soundex"}, {"field": "birth_date", "form": "month_day"}]
    },
    {"name": "birth_sex", "parts": [{"field": "birth_date"}, {"field": "sex"}]},
    {"name": "names", "parts": [{"field": "given_name"}, {"field": "surname"}]},
    {
      "name": "given_postcode",
      "parts": [{"field": "given_name", "form": "soundex"}, {"field": "postcode"}]
    }
  ],
  "linkage": {
    "candidates": {"method": "auto", "all_pairs_up_to": 100000000},
    "model": {"kind": "weighted_mean", "threshold": "0.65", "prior_weight": 4}
  }
}
)json";

constexpr std::string_view kJapan = R"json({
  "musubi_contract": 1,
  "name": "japan",
  "description": "Full name in kana and in kanji, birth date (era or western), sex, postcode; one filter a field.",
  "profile": "fields",
  "fields": [
    {"name": "name_kana", "kind": "name"},
    {"name": "name_kanji", "kind": "name"},
    {"name": "birth_date", "kind": "date", "date_order": "year_first", "on_invalid": "keep"},
    {"name": "sex", "kind": "sex"},
    {"name": "postcode", "kind": "postcode"}
  ],
  "filters": [
    {
      "name": "name_kana",
      "bits": 512,
      "weight": 16,
      "floor": "0.3",
      "penalty": "0.5",
      "features": [{"field": "name_kana", "tokens": {"kind": "qgram", "q": 2}, "positions": 10}]
    },
    {
      "name": "name_kanji",
      "bits": 512,
      "weight": 6,
      "floor": "0.3",
      "features": [{"field": "name_kanji", "tokens": {"kind": "qgram", "q": 2}, "positions": 10}]
    },
    {
      "name": "birth_date",
      "bits": 512,
      "weight": 16,
      "floor": "0.55",
      "penalty": "0.5",
      "features": [
        {
          "field": "birth_date",
          "tokens": {"kind": "qgram", "q": 1, "padded": false, "positional": true},
          "positions": 10
        }
      ]
    },
    {
      "name": "sex",
      "bits": 512,
      "weight": 3,
      "floor": "0",
      "features": [{"field": "sex", "tokens": {"kind": "exact"}, "positions": 10}]
    },
    {
      "name": "postcode",
      "bits": 512,
      "weight": 6,
      "floor": "0.25",
      "features": [
        {
          "field": "postcode",
          "tokens": {"kind": "qgram", "q": 1, "padded": false, "positional": true},
          "positions": 10
        }
      ]
    }
  ],
  "block_tokens": [
    {"name": "birth_sex", "parts": [{"field": "birth_date"}, {"field": "sex"}]},
    {"name": "kana", "parts": [{"field": "name_kana"}]},
    {
      "name": "kana_start_year",
      "parts": [
        {"field": "name_kana", "form": "prefix", "length": 3},
        {"field": "birth_date", "form": "year"}
      ]
    },
    {
      "name": "kanji_year",
      "parts": [{"field": "name_kanji"}, {"field": "birth_date", "form": "year"}]
    },
    {
      "name": "postcode_day",
      "parts": [{"field": "postcode"}, {"field": "birth_date", "form": "month_day"}]
    }
  ],
  "linkage": {
    "candidates": {"method": "auto", "all_pairs_up_to": 100000000},
    "model": {"kind": "weighted_mean", "threshold": "0.65", "prior_weight": 4}
  }
}
)json";

constexpr std::string_view kRecord = R"json({
  "musubi_contract": 1,
  "name": "record",
  "description": "The fields of the western template in one filter a person: leaks less, links less well.",
  "profile": "record",
  "fields": [
    {"name": "given_name", "kind": "name"},
    {"name": "surname", "kind": "name"},
    {"name": "birth_date", "kind": "date", "date_order": "year_first", "on_invalid": "keep"},
    {"name": "sex", "kind": "sex"},
    {"name": "postcode", "kind": "postcode"}
  ],
  "filters": [
    {
      "name": "person",
      "bits": 1024,
      "features": [
        {"field": "given_name", "tokens": {"kind": "qgram", "q": 2}, "positions": 12},
        {"field": "surname", "tokens": {"kind": "qgram", "q": 2}, "positions": 12},
        {
          "field": "birth_date",
          "tokens": {"kind": "qgram", "q": 1, "padded": false, "positional": true},
          "positions": 20
        },
        {"field": "sex", "tokens": {"kind": "exact"}, "positions": 20},
        {
          "field": "postcode",
          "tokens": {"kind": "qgram", "q": 1, "padded": false, "positional": true},
          "positions": 12
        }
      ]
    }
  ],
  "block_tokens": [
    {
      "name": "surname_year",
      "parts": [{"field": "surname", "form": "soundex"}, {"field": "birth_date", "form": "year"}]
    },
    {
      "name": "given_day",
      "parts": [{"field": "given_name", "form": "soundex"}, {"field": "birth_date", "form": "month_day"}]
    },
    {"name": "birth_sex", "parts": [{"field": "birth_date"}, {"field": "sex"}]},
    {"name": "names", "parts": [{"field": "given_name"}, {"field": "surname"}]},
    {
      "name": "given_postcode",
      "parts": [{"field": "given_name", "form": "soundex"}, {"field": "postcode"}]
    }
  ],
  "linkage": {
    "candidates": {"method": "auto", "all_pairs_up_to": 100000000},
    "model": {"kind": "weighted_mean", "threshold": "0.8", "prior_weight": 0}
  }
}
)json";

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kTemplates = {{
    {"western", kWestern},
    {"japan", kJapan},
    {"record", kRecord},
}};

}  // namespace

std::vector<std::string_view> ContractTemplateNames() {
  std::vector<std::string_view> names;
  for (const auto& [name, text] : kTemplates) names.push_back(name);
  return names;
}

std::string_view ContractTemplate(std::string_view wanted) {
  for (const auto& [name, text] : kTemplates) {
    if (name == wanted) return text;
  }
  return {};
}

}  // namespace musubi
