// The canonical form is what the fingerprint is computed over: two parties that hold the same
// contract, written in any way, must get the same bytes (RFC 8785).
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "core/contract.h"
#include "tests/core/contract_text.h"

namespace musubi {
namespace {

using nlohmann::json;

std::string CanonicalOf(std::string_view text) {
  const auto contract = Contract::Parse(text);
  return contract.ok() ? contract.value().canonical_json() : contract.error().message;
}

// Writes JSON with keys in any order and white space anywhere.
class Scribbler {
 public:
  explicit Scribbler(std::uint64_t seed) : random_(seed) {}

  std::string Write(const json& node) { return Blanks() + WriteNode(node) + Blanks(); }

 private:
  std::string Blanks() {
    std::string blanks(random_() % 3, ' ');
    for (char& c : blanks) c = " \t\r\n"[random_() % 4];
    return blanks;
  }

  std::string WriteNode(const json& node) {
    if (!node.is_structured()) return node.dump();
    std::vector<std::string> parts;
    for (const auto& [key, child] : node.items()) {
      parts.push_back(node.is_object() ? Blanks() + '"' + key + '"' + Blanks() + ':' + Write(child)
                                       : Write(child));
    }
    if (node.is_object()) std::shuffle(parts.begin(), parts.end(), random_);
    std::string text(1, node.is_object() ? '{' : '[');
    for (std::size_t i = 0; i < parts.size(); ++i) text += (i == 0 ? "" : ",") + parts[i];
    return text + (node.is_object() ? '}' : ']');
  }

  std::mt19937_64 random_;
};

TEST(ContractCanonicalTest, IsSortedAndTight) {
  EXPECT_EQ(Parsed(LeastContract()).value().canonical_json(),
            R"({"fields":[{"kind":"digits","name":"id"}],)"
            R"("filters":[{"bits":64,"features":[{"field":"id","positions":1,)"
            R"("tokens":{"kind":"exact"}}],"name":"id"}],)"
            R"("linkage":{"model":{"kind":"weighted_mean","threshold":"1"}},)"
            R"("musubi_contract":1,"name":"least","profile":"fields"})");
}

TEST(ContractCanonicalTest, IsItsOwnCanonicalForm) {
  for (const std::string_view name : ContractTemplateNames()) {
    const std::string canonical = CanonicalOf(ContractTemplate(name));
    EXPECT_EQ(CanonicalOf(canonical), canonical);
  }
}

TEST(ContractCanonicalTest, DoesNotDependOnKeyOrderOrWhiteSpace) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE(seed);
    const json contract = FullContract();
    EXPECT_EQ(CanonicalOf(Scribbler(seed).Write(contract)), CanonicalOf(contract.dump()));
  }
}

// An array's order has a meaning: features, filters and passes are numbered by it.
TEST(ContractCanonicalTest, DependsOnTheOrderOfArrays) {
  json swapped = FullContract();
  std::swap(swapped["filters"][0], swapped["filters"][1]);
  EXPECT_NE(CanonicalOf(swapped.dump()), CanonicalOf(FullContract().dump()));
}

TEST(ContractCanonicalTest, DependsOnEveryLeaf) {
  const std::string canonical = CanonicalOf(FullContract().dump());
  const json flat = FullContract().flatten();
  int valid_changes = 0;
  for (const auto& [pointer, leaf] : flat.items()) {
    json changed = leaf;
    if (leaf.is_number()) changed = leaf.get<int>() == 512 ? 576 : leaf.get<int>() + 1;
    if (leaf.is_boolean()) changed = !leaf.get<bool>();
    if (leaf.is_string()) changed = leaf.get<std::string>() + "1";
    const auto parsed = Parsed(FullWith(pointer, changed));
    if (!parsed.ok()) continue;
    ++valid_changes;
    EXPECT_NE(parsed.value().canonical_json(), canonical) << pointer;
  }
  EXPECT_GE(valid_changes, 10);
}

// The string of RFC 8785, section 3.2.2.2, in its two forms.
TEST(ContractCanonicalTest, WritesStringsAsTheStandardSays) {
  std::string text = LeastContract().dump();
  text.insert(1, R"("description":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",)");
  const std::string expected =
      "{\"description\":\"\xE2\x82\xAC$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\",\"fields\":";
  EXPECT_EQ(CanonicalOf(text).substr(0, expected.size()), expected);
}

TEST(ContractCanonicalTest, WritesEveryControlCharacterAsTheStandardSays) {
  std::string text = LeastContract().dump();
  text.insert(
      1, R"("description":"\u0000\u0008\u0009\u000A\u000C\u000D\u001F\u007F\u2028\uD83D\uDE00",)");
  const std::string expected =
      "{\"description\":\"\\u0000\\b\\t\\n\\f\\r\\u001f\x7F\xE2\x80\xA8\xF0\x9F\x98\x80\",";
  EXPECT_EQ(CanonicalOf(text).substr(0, expected.size()), expected);
}

// -0 is 0 (RFC 8785, section 3.2.2.3).
TEST(ContractCanonicalTest, WritesMinusZeroAsZero) {
  std::string text = FullWith("/linkage/model/prior_weight", 123).dump();
  text.replace(text.find("123"), 3, "-0");
  EXPECT_EQ(CanonicalOf(text), CanonicalOf(FullWith("/linkage/model/prior_weight", 0).dump()));
}

}  // namespace
}  // namespace musubi
