#include "bloom/encoders.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "bloom/keys.h"
#include "core/encoding_set.h"
#include "tests/bloom/reference.h"

namespace musubi::bloom {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::UnorderedElementsAreArray;

using Record = std::vector<std::string>;

// Encodes whole records, feature by feature.
class Encoder {
 public:
  Encoder(const Contract& contract, EncodingKeys keys) : contract_(contract) {
    for (std::size_t f = 0; f < contract.filters().size(); ++f) {
      const Filter& filter = contract.filters()[f];
      auto& features = features_.emplace_back();
      for (std::size_t i = 0; i < filter.features.size(); ++i) {
        const FieldKind kind = contract.fields()[filter.features[i].field].kind;
        features.emplace_back(filter.features[i], kind, filter.bits,
                              std::move(keys.features[f][i]));
      }
    }
  }

  void SetFilters(const Record& values, std::size_t row, EncodingSet* set) {
    for (std::size_t f = 0; f < features_.size(); ++f) {
      FilterColumn& column = set->filters[f];
      for (std::size_t i = 0; i < features_[f].size(); ++i) {
        const std::string& value = values[contract_.filters()[f].features[i].field];
        if (value.empty()) continue;
        if (features_[f][i].SetBits(value, column.bits.row(row))) column.present[row] = 1;
      }
    }
  }

 private:
  const Contract& contract_;
  std::vector<std::vector<FeatureEncoder>> features_;
};

EncodingSet Encode(const Contract& contract, const std::vector<Record>& records,
                   std::uint8_t secret = 0x42) {
  Encoder encoder(contract, DeriveEncodingKeys(TestSecret(secret), contract));
  EncodingSet set = MakeEncodingSet(contract.filter_bits(), contract.token_count());
  set.Resize(records.size());
  for (std::size_t row = 0; row < records.size(); ++row) {
    encoder.SetFilters(records[row], row, &set);
  }
  for (FilterColumn& column : set.filters) column.CountBits();
  return set;
}

std::vector<std::size_t> BitsOf(const FilterColumn& column, std::size_t row) {
  std::vector<std::size_t> bits;
  for (std::size_t bit = 0; bit < column.bits.bits(); ++bit) {
    if (column.bits.Get(row, bit)) bits.push_back(bit);
  }
  return bits;
}

// The bits of `tokens` under the key of a feature, by the definition.
std::set<std::size_t> ReferenceBits(const Contract& contract, std::size_t filter,
                                    std::size_t feature, const std::vector<std::string>& tokens) {
  EncodingKeys keys = DeriveEncodingKeys(TestSecret(), contract);
  const Filter& rule = contract.filters()[filter];
  std::set<std::size_t> bits;
  for (const std::string& token : tokens) {
    for (const auto position : ReferencePositions(&keys.features[filter][feature], token, rule.bits,
                                                  rule.features[feature].positions)) {
      bits.insert(position);
    }
  }
  return bits;
}

// Two name fields and a number; one filter over both names, one over the number.
Contract NamesAndNumber() {
  json contract = LeastContract();
  contract["fields"] = {{{"name", "given"}, {"kind", "name"}},
                        {{"name", "family"}, {"kind", "name"}},
                        {{"name", "number"}, {"kind", "digits"}}};
  const json bigrams = {{"kind", "qgram"}};
  const json places = {{"kind", "qgram"}, {"q", 1}, {"padded", false}, {"positional", true}};
  contract["filters"] = {
      {{"name", "names"},
       {"bits", 512},
       {"features",
        {{{"field", "given"}, {"tokens", bigrams}, {"positions", 10}},
         {{"field", "family"}, {"tokens", bigrams}, {"positions", 5}}}}},
      {{"name", "number"},
       {"bits", 192},
       {"features", {{{"field", "number"}, {"tokens", places}, {"positions", 4}}}}}};
  contract["block_tokens"] = {
      {{"name", "number"}, {"parts", {{{"field", "number"}}}}},
      {{"name", "names"}, {"parts", {{{"field", "given"}}, {{"field", "family"}}}}}};
  return Parsed(contract).value();
}

TEST(FeatureEncoderTest, SetsTheBitsOfTheTokensAndNoOther) {
  const Contract contract = NamesAndNumber();
  const EncodingSet set = Encode(contract, {{"", "", "85"}});
  EXPECT_THAT(BitsOf(set.filters[1], 0),
              UnorderedElementsAreArray(ReferenceBits(contract, 1, 0, {"1 8", "2 5"})));
}

TEST(FeatureEncoderTest, AFilterOfTwoFieldsIsTheUnionOfBoth) {
  const Contract contract = NamesAndNumber();
  const EncodingSet set = Encode(contract, {{"an", "li", ""}});
  std::set<std::size_t> expected = ReferenceBits(contract, 0, 0, {" a", "an", "n "});
  expected.merge(ReferenceBits(contract, 0, 1, {" l", "li", "i "}));
  EXPECT_THAT(BitsOf(set.filters[0], 0), UnorderedElementsAreArray(expected));
  EXPECT_EQ(set.filters[0].popcounts[0], expected.size());
}

TEST(FeatureEncoderTest, AMissingFieldIsAbsentAndEmpty) {
  const EncodingSet set = Encode(NamesAndNumber(), {{"an", "li", ""}});
  EXPECT_THAT(set.filters[0].present, ElementsAre(1));
  EXPECT_THAT(set.filters[1].present, ElementsAre(0));
  EXPECT_THAT(set.filters[1].popcounts, ElementsAre(0U));
  EXPECT_THAT(BitsOf(set.filters[1], 0), ElementsAre());
}

TEST(FeatureEncoderTest, AFilterIsPresentWhileOneOfItsFieldsIs) {
  const EncodingSet set =
      Encode(NamesAndNumber(), {{"an", "", "1"}, {"", "li", "1"}, {"", "", "1"}});
  EXPECT_THAT(set.filters[0].present, ElementsAre(1, 1, 0));
}

TEST(FeatureEncoderTest, AMissingFieldAddsNothingToItsFilter) {
  const Contract contract = NamesAndNumber();
  const EncodingSet set = Encode(contract, {{"an", "", "1"}});
  EXPECT_THAT(BitsOf(set.filters[0], 0),
              UnorderedElementsAreArray(ReferenceBits(contract, 0, 0, {" a", "an", "n "})));
}

// The same text in two fields of one filter: "ann lee" must not look like "lee ann".
TEST(FeatureEncoderTest, FieldsSwappedAreOtherBits) {
  const EncodingSet set = Encode(NamesAndNumber(), {{"an", "li", ""}, {"li", "an", ""}});
  EXPECT_NE(BitsOf(set.filters[0], 0), BitsOf(set.filters[0], 1));
}

// Lost characters give no tokens, so nothing is known of the value.
TEST(FeatureEncoderTest, AValueOfLostCharactersIsAbsent) {
  const EncodingSet set = Encode(NamesAndNumber(), {{"〓", "", "1"}, {"〓a", "", "1"}});
  EXPECT_THAT(set.filters[0].present, ElementsAre(0, 1));
  EXPECT_EQ(set.filters[0].popcounts[0], 0U);
}

TEST(FeatureEncoderTest, LeavesOtherRowsAlone) {
  const Contract contract = NamesAndNumber();
  Encoder encoder(contract, DeriveEncodingKeys(TestSecret(), contract));
  EncodingSet set = MakeEncodingSet(contract.filter_bits(), 2);
  set.Resize(3);
  encoder.SetFilters(Record{"an", "li", "1"}, 1, &set);
  for (const FilterColumn& column : set.filters) {
    EXPECT_EQ(column.bits.Popcount(0) + column.bits.Popcount(2), 0U);
    EXPECT_THAT(column.present, ElementsAre(0, 1, 0));
  }
}

TEST(FeatureEncoderTest, OneRecordEncodedAfterAnotherIsAsIfAlone) {
  const Contract contract = NamesAndNumber();
  const Record second = {"jo", "li", "22"};
  const EncodingSet both = Encode(contract, {{"anna", "lindqvist", "19850412"}, second});
  const EncodingSet alone = Encode(contract, {second});
  for (std::size_t f = 0; f < 2; ++f) {
    EXPECT_EQ(BitsOf(both.filters[f], 1), BitsOf(alone.filters[f], 0));
  }
}

TEST(FeatureEncoderTest, AnotherSecretGivesOtherBits) {
  const Contract contract = NamesAndNumber();
  const Record record = {"anna", "lindqvist", "19850412"};
  const EncodingSet ours = Encode(contract, {record}, 1);
  const EncodingSet theirs = Encode(contract, {record}, 2);
  for (std::size_t f = 0; f < 2; ++f) {
    EXPECT_NE(BitsOf(ours.filters[f], 0), BitsOf(theirs.filters[f], 0));
  }
}

TEST(FeatureEncoderTest, TheRecordProfileIsTheUnionOfAllItsFields) {
  const Contract contract = Contract::Parse(ContractTemplate("record")).value();
  const EncodingSet set = Encode(contract, {{"an", "li", "19", "f", "12"}});
  std::set<std::size_t> expected;
  const std::vector<std::vector<std::string>> tokens = {
      {" a", "an", "n "}, {" l", "li", "i "}, {"1 1", "2 9"}, {"f"}, {"1 1", "2 2"}};
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    expected.merge(ReferenceBits(contract, 0, i, tokens[i]));
  }
  EXPECT_THAT(BitsOf(set.filters[0], 0), UnorderedElementsAreArray(expected));
}

BlockToken TokenOfParts(std::size_t pass, const std::vector<std::string>& parts,
                        std::uint8_t secret = 0x42) {
  EncodingKeys keys = DeriveEncodingKeys(TestSecret(secret), NamesAndNumber());
  std::string message;
  for (const std::string& part : parts) AppendTokenPart(part, &message);
  BlockToken token;
  crypto::HmacBatch batch;
  AddToken(message, &keys.tokens[pass], &token, &batch);
  batch.Finish();
  return token;
}

TEST(BlockTokenTest, IsThatOfTheDefinition) {
  EncodingKeys keys = DeriveEncodingKeys(TestSecret(), NamesAndNumber());
  const std::string long_part(300, 'x');
  const std::string message = LittleEndian(4) + "anna" + LittleEndian(300) + long_part;
  const crypto::Digest256 digest = keys.tokens[1](crypto::Text(message));
  const BlockToken token = TokenOfParts(1, {"anna", long_part});
  EXPECT_TRUE(std::equal(token.bytes.begin(), token.bytes.end(), digest.begin()));
}

TEST(BlockTokenTest, LengthsKeepPartsApart) {
  EXPECT_NE(TokenOfParts(1, {"ab", "c"}), TokenOfParts(1, {"a", "bc"}));
  EXPECT_NE(TokenOfParts(1, {"abc", ""}), TokenOfParts(1, {"ab", "c"}));
  EXPECT_NE(TokenOfParts(1, {"abc"}), TokenOfParts(1, {"abc", ""}));
}

TEST(BlockTokenTest, CountsBytesNotCharacters) {
  EncodingKeys keys = DeriveEncodingKeys(TestSecret(), NamesAndNumber());
  const crypto::Digest256 digest = keys.tokens[0](crypto::Text(LittleEndian(3) + "\xE3\x83\xA4"));
  const BlockToken token = TokenOfParts(0, {"\xE3\x83\xA4"});
  EXPECT_TRUE(std::equal(token.bytes.begin(), token.bytes.end(), digest.begin()));
}

TEST(BlockTokenTest, TheOrderOfPartsCounts) {
  EXPECT_NE(TokenOfParts(1, {"a", "b"}), TokenOfParts(1, {"b", "a"}));
}

TEST(BlockTokenTest, DiffersByPass) { EXPECT_NE(TokenOfParts(0, {"a"}), TokenOfParts(1, {"a"})); }

TEST(BlockTokenTest, DiffersBySecret) {
  EXPECT_NE(TokenOfParts(0, {"a"}, 1), TokenOfParts(0, {"a"}, 2));
}

TEST(BlockTokenTest, IsTheSameEachTime) {
  EXPECT_EQ(TokenOfParts(0, {"a"}), TokenOfParts(0, {"a"}));
}

// Each thread has its own encoder of one set of keys, and its own caches.
TEST(FeatureEncoderTest, EveryThreadMakesTheSameBits) {
  const Contract contract = NamesAndNumber();
  const EncodingKeys keys = DeriveEncodingKeys(TestSecret(), contract);
  std::vector<Record> records;
  for (int i = 0; i < 500; ++i) {
    records.push_back(
        {"name" + std::to_string(i), "family" + std::to_string(i % 7), std::to_string(1000 + i)});
  }
  const EncodingSet expected = Encode(contract, records);
  std::vector<EncodingSet> sets(4, MakeEncodingSet(contract.filter_bits(), 2));
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < sets.size(); ++t) {
    Encoder encoder(contract, keys.Clone());
    threads.emplace_back([&records, set = &sets[t], encoder = std::move(encoder), t]() mutable {
      set->Resize(records.size());
      // Each in another order, so that the caches fill differently.
      for (std::size_t i = 0; i < records.size(); ++i) {
        const std::size_t row = (i * 7 + t * 100) % records.size();
        encoder.SetFilters(records[row], row, set);
      }
      for (FilterColumn& column : set->filters) column.CountBits();
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const EncodingSet& set : sets) {
    for (std::size_t f = 0; f < 2; ++f) {
      for (std::size_t row = 0; row < records.size(); ++row) {
        ASSERT_TRUE(
            std::ranges::equal(set.filters[f].bits.row(row), expected.filters[f].bits.row(row)));
      }
      EXPECT_EQ(set.filters[f].popcounts, expected.filters[f].popcounts);
    }
  }
}

}  // namespace
}  // namespace musubi::bloom
