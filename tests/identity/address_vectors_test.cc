// Japanese addresses and numbers with known parts that lie beside the source tree; skipped where
// they are not.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory_resource>
#include <sstream>
#include <string>
#include <vector>

#include "identity/address_text.h"
#include "identity/characters.h"
#include "identity/insurance.h"
#include "identity/my_number.h"
#include "identity/numerals.h"
#include "identity/phones.h"
#include "japanese_fields.h"

namespace musubi::identity {
namespace {

// The cells of one line of a CSV file whose quoted cells hold no quotes.
std::vector<std::string> CsvCells(const std::string& line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      cells.emplace_back();
    } else if (c != '\r') {
      cells.back().push_back(c);
    }
  }
  return cells;
}

std::u32string Folded(std::string_view raw) {
  AddressText text(std::pmr::get_default_resource());
  FoldAddressText(Compatible(raw), &text);
  return std::u32string(text.chars);
}

std::string Utf8(std::u32string_view text) {
  std::string out;
  ToUtf8(text, &out);
  return out;
}

// The numbers that `text` starts with, joined by dashes: 5-23 of 5-23号棟, nothing of A棟.
std::u32string LeadingNumbers(std::u32string_view text) {
  std::size_t end = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!IsAsciiDigit(text[at]) && text[at] != U'-') break;
    if (IsAsciiDigit(text[at])) end = at + 1;
  }
  return std::u32string(text.substr(0, end));
}

// Cuts a 丁目, 丁 or 地割 with its kanji numeral off the end of `*town`; returns its number.
std::string TakeChome(std::u32string* town) {
  for (const std::u32string_view mark : {U"丁目", U"丁", U"地割"}) {
    if (!town->ends_with(mark)) continue;
    std::size_t from = town->size() - mark.size();
    const std::size_t end = from;
    while (from > 0 && IsKanjiNumeral((*town)[from - 1])) --from;
    std::size_t at = 0;
    const auto numeral = TakeNumeral(Utf8(town->substr(from, end - from)), &at);
    if (!numeral) continue;
    town->resize(from > 0 && (*town)[from - 1] == U'第' ? from - 1 : from);
    return std::to_string(numeral->value);
  }
  return "";
}

// One row of a file: an address, and its parts as the files have them.
struct Row {
  std::string address, prefecture, city, town, block, rest;
};

struct Expected {
  std::string prefecture, municipality, town, chome, number;
};

// The parts of a row in the form of this library. One rule for every row: characters and joining
// kana folded, 大字 and 字 dropped, districts dropped; 丁目 moved from the town to the number; the
// number is the block number and what follows it in digits and dashes. Where a row has no block
// number, kanji or kana that the rest starts with before a digit are a small area (小字) of the
// town.
Expected InOurForm(const Row& row) {
  std::u32string city = Folded(row.city);
  const std::size_t district = city.find(U'郡', 1);
  if (!city.ends_with(U'市') && district != std::u32string::npos && district + 1 < city.size()) {
    city.erase(0, district + 1);
  }
  std::u32string town = Folded(row.town);
  std::u32string rest = Folded(row.rest);
  std::u32string block = Folded(row.block);
  if (block.empty()) {
    std::size_t area = 0;
    while (area < rest.size() && (IsHan(rest[area]) || IsKana(rest[area]))) ++area;
    if (area < rest.size() && IsAsciiDigit(rest[area])) {
      town += rest.substr(0, area);
      rest.erase(0, area);
    }
    block = LeadingNumbers(rest);
  } else {
    block = LeadingNumbers(block);
    if (rest.starts_with(U'-')) block += LeadingNumbers(rest);
  }
  std::pmr::u32string names(town);
  FoldTown(&names);
  town.assign(names);
  Expected expected{row.prefecture, Utf8(city), "", TakeChome(&town), ""};
  expected.town = Utf8(town);
  expected.number = expected.chome;
  if (!expected.chome.empty() && !block.empty()) expected.number += '-';
  expected.number += Utf8(block);
  return expected;
}

struct Rates {
  int rows = 0;
  int town = 0;   // prefecture, municipality and town with its 丁目
  int block = 0;  // and the number
};

void Count(const Row& row, Rates* rates) {
  Address address;
  const bool present = ParseAddress(Compatible(row.address), &address) == FieldState::kPresent;
  const Expected expected = InOurForm(row);
  const std::string chome = address.number.substr(0, address.number.find('-'));
  const bool town = present && address.prefecture == expected.prefecture &&
                    address.municipality == expected.municipality &&
                    address.town == expected.town &&
                    (expected.chome.empty() || chome == expected.chome);
  const bool block = town && address.number == expected.number;
  ++rates->rows;
  rates->town += town ? 1 : 0;
  rates->block += block ? 1 : 0;
  if (!block && std::getenv("MUSUBI_SHOW_ADDRESSES") != nullptr) {
    std::string joined;
    JoinAddress(address, &joined);
    std::printf("%s %s: %s, not %s|%s|%s|%s\n", town ? "number" : "town", row.address.c_str(),
                joined.c_str(), expected.prefecture.c_str(), expected.municipality.c_str(),
                expected.town.c_str(), expected.number.c_str());
  }
}

// The files of the folder whose header is that of addresses with known parts.
std::vector<std::filesystem::path> AddressFiles() {
  const std::filesystem::path folder = SharedFolder() / "data/vectors/jp_address_norm";
  std::vector<std::filesystem::path> files;
  if (!std::filesystem::is_directory(folder)) return files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".csv") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

TEST(AddressVectorsTest, MostAddressesAreReadAsTheirPartsSay) {
  const std::vector<std::filesystem::path> files = AddressFiles();
  if (files.empty()) GTEST_SKIP() << "no addresses with known parts beside the source tree";
  for (const auto& file : files) {
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    if (line.find("住所,都道府県,市区町村,町字,番地号,その他") == std::string::npos) continue;
    Rates rates;
    while (std::getline(in, line)) {
      const std::vector<std::string> cells = CsvCells(line);
      if (cells.size() < 6) continue;
      Count({cells[0], cells[1], cells[2], cells[3], cells[4], cells[5]}, &rates);
    }
    std::printf(
        "%s: %d addresses, %d with the right town (%.2f%%), %d with the right number (%.2f%%)\n",
        file.filename().c_str(), rates.rows, rates.town, 100.0 * rates.town / rates.rows,
        rates.block, 100.0 * rates.block / rates.rows);
    EXPECT_GE(rates.town * 100, rates.rows * 95) << file;
    EXPECT_GE(rates.block * 100, rates.rows * 85) << file;
  }
}

struct Vector {
  std::string category, a, b, relation, canonical;
};

// The rows of `category`; empty where there is no file.
std::vector<Vector> Load(const std::string& category) {
  std::vector<Vector> vectors;
  std::ifstream in(SharedFolder() / "data/vectors/jp_vectors/jp_norm_vectors.tsv");
  for (std::string line; std::getline(in, line);) {
    std::istringstream cells(line);
    Vector v;
    for (std::string* cell : {&v.category, &v.a, &v.b, &v.relation, &v.canonical}) {
      std::getline(cells, *cell, '\t');
    }
    if (v.category == category) vectors.push_back(v);
  }
  return vectors;
}

// What the relation of two values says of their normalised forms, and of `canonical`.
void ExpectRelation(const Vector& v, const Normalised& a, const Normalised& b) {
  if (v.relation == "EQUAL") {
    EXPECT_EQ(a.state, FieldState::kPresent) << v.a;
    EXPECT_EQ(a, b) << v.a << " and " << v.b;
    if (!v.canonical.empty()) {
      EXPECT_EQ(a.value, v.canonical) << v.a;
    }
  } else if (v.relation == "DISTINCT" || v.relation == "CONFUSABLE") {
    EXPECT_NE(a, b) << v.a << " and " << v.b;
  } else if (v.relation == "VALID") {
    EXPECT_EQ(a, Present(v.canonical)) << v.a;
  } else if (v.relation == "CHECK_FAIL") {
    EXPECT_EQ(a.state, FieldState::kInvalid) << v.a;
  } else {
    ADD_FAILURE() << "no such relation: " << v.relation;
  }
}

TEST(AddressVectorsTest, RelationsOfVectorsHold) {
  const auto address = [](std::string_view raw) {
    std::string joined = Parsed(raw);
    if (joined.ends_with('|')) joined.pop_back();  // the vectors have no building
    return joined.empty() ? Missing() : Present(joined);
  };
  const auto phone = [](std::string_view raw) {
    return Apply(NormalisePhone, raw, std::string_view("81"));
  };
  const auto insurer = [](std::string_view raw) { return Apply(NormaliseInsurerNumber, raw); };
  const auto insured = [](std::string_view raw) { return Apply(NormaliseInsuredId, raw); };
  std::size_t checked = 0;
  const auto check = [&checked](const std::string& category, const auto& normalise) {
    const std::vector<Vector> vectors = Load(category);
    for (const Vector& v : vectors) ExpectRelation(v, normalise(v.a), normalise(v.b));
    checked += vectors.size();
  };
  check("address", address);
  check("phone", phone);
  check("insurer", insurer);
  check("insured_id", insured);
  if (checked == 0) GTEST_SKIP() << "no jp_norm_vectors.tsv beside the source tree";
  EXPECT_GE(checked, 20u);
}

TEST(AddressVectorsTest, MyNumbersAreKnown) {
  const std::vector<Vector> vectors = Load("mynumber");
  if (vectors.empty()) GTEST_SKIP() << "no jp_norm_vectors.tsv beside the source tree";
  for (const Vector& v : vectors) {
    EXPECT_EQ(IsMyNumber(Compatible(v.a)), v.relation == "REFUSE_COLUMN") << v.a;
  }
}

}  // namespace
}  // namespace musubi::identity
