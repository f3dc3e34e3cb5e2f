// Whole rows to bits.
#include "clkhash/encoder.h"

#include <gtest/gtest.h>

#include <random>

#include "storage/base64.h"
#include "tests/clkhash/samples.h"
#include "tests/identity/allocation_counter.h"

namespace musubi::clkhash {
namespace {

using Cells = std::vector<std::string_view>;

std::string Encoded(Encoder* encoder, const Cells& cells, bool validate = true) {
  std::vector<std::uint8_t> row(encoder->schema().row_bytes(), 0xFF);
  if (const auto problem = encoder->Encode(cells, validate, row)) {
    return "! " + std::to_string(problem->feature) + " " + problem->reason;
  }
  std::string text;
  storage::AppendBase64(row, &text);
  return text;
}

// Both hashes and strategies, all formats but one, every comparison.
constexpr std::string_view kMixed =
    R"("kdf":{"type":"HKDF","hash":"SHA512","salt":"c2FsdA==","info":"aW5mbw==","keySize":32}},
"features":[{"identifier":"id","ignored":true},
{"identifier":"name","format":{"type":"string","case":"lower"},
 "hashing":{"comparison":{"type":"ngram","n":2},"strategy":{"bitsPerFeature":40}}},
{"identifier":"born","format":{"type":"date","format":"%d/%m/%Y"},
 "hashing":{"hash":{"type":"doubleHash"},"comparison":{"type":"ngram","n":1,"positional":true},
            "strategy":{"bitsPerToken":3},"missingValue":{"sentinel":"","replaceWith":"19000101"}}},
{"identifier":"size","format":{"type":"integer"},
 "hashing":{"hash":{"type":"doubleHash","prevent_singularity":true},
            "comparison":{"type":"numeric","thresholdDistance":2.5,"resolution":2,
                          "fractional_precision":1},"strategy":{"bitsPerFeature":11}}},
{"identifier":"sex","format":{"type":"enum","values":["m","f"]},
 "hashing":{"comparison":{"type":"exact"},"strategy":{"bitsPerToken":40}}}]})";

constexpr std::string_view kSecret = "hunter2 \xE2\x98\x82";

const std::vector<Cells> kRows = {{"1", "anna", "01/02/1984", "180", "f"},
                                  {"2", "jos\xC3\xA9", "3/4/0987", "+0175", "m"},
                                  {"3", "o'hara, b", "", " -1_0 ", "m"}};

std::shared_ptr<const Schema> Mixed(std::string_view config) {
  return Parsed(R"({"version":3,"clkConfig":{)" + std::string(config) + "," + std::string(kMixed));
}

// Made by clkhash 0.18.3.
TEST(ClkhashEncoderTest, EncodesWhatClkhashEncodes) {
  Encoder encoder(Mixed(R"("l":256)"), BytesOf(kSecret));
  EXPECT_EQ(Encoded(&encoder, kRows[0]), "CMl4SJBWBX08IKrVIQ30IZtCZgJQCbhAMSG/AYJJYJA=");
  EXPECT_EQ(Encoded(&encoder, kRows[1]), "R9PaVDQgsUJwgVwsgAc1MDEeFrnHZVaQEJc0uSCQBVg=");
  EXPECT_EQ(Encoded(&encoder, kRows[2]), "AAFaMHAggSVw6pa4ETVSMmQKMqm3FURwVZYDOSBYbXQ=");
}

TEST(ClkhashEncoderTest, FoldsWhatClkhashFolds) {
  Encoder encoder(Mixed(R"("l":128,"xor_folds":1)"), BytesOf(kSecret));
  EXPECT_EQ(Encoded(&encoder, kRows[0]), "k4seSsBfvT0NARXUo0SUsQ==");
  EXPECT_EQ(Encoded(&encoder, kRows[1]), "ds3M7fNF59JgFmiVoJcwaA==");
  EXPECT_EQ(Encoded(&encoder, kRows[2]), "ZAtomcc1xVUlfJWBMW0/Rg==");
}

// Made by clkhash 0.18.3, of versions 1 and 2.
TEST(ClkhashEncoderTest, EncodesUnderOlderSchemas) {
  Encoder first(Parsed(R"({"version":1,"clkConfig":{"l":64,"k":5,"hash":{"type":"doubleHash"},
"kdf":{"type":"HKDF"}},"features":[
{"identifier":"a","format":{"type":"string"},"hashing":{"ngram":2,"weight":0.5}},
{"identifier":"b","format":{"type":"string"},"hashing":{"ngram":1,"weight":0}},
{"identifier":"c","format":{"type":"string"},"hashing":{"ngram":1,"positional":true,
 "weight":1.5}}]})"),
                BytesOf("secret"));
  EXPECT_EQ(Encoded(&first, {"xy", "zz", "12"}), "IMTDh0QYDmQ=");
  Encoder second(Parsed(R"({"version":2,"clkConfig":{"l":64,"kdf":{"type":"HKDF"}},"features":[
{"identifier":"a","format":{"type":"string","encoding":"utf-16"},
 "hashing":{"ngram":2,"strategy":{"numBits":9}}},
{"identifier":"b","ignored":true},
{"identifier":"c","format":{"type":"string","encoding":"utf-32"},
 "hashing":{"ngram":1,"positional":true,"strategy":{"k":4},"hash":{"type":"doubleHash"}}}]})"),
                 BytesOf("secret"));
  EXPECT_EQ(Encoded(&second, {"xy", "zz", "12\xF0\x9F\x98\x80"}), "SoCmEBQkilE=");
}

TEST(ClkhashEncoderTest, ClonesEncodeTheSame) {
  const Encoder original(Mixed(R"("l":256)"), BytesOf(kSecret));
  Encoder one = original.Clone();
  Encoder two = one.Clone();
  for (int round = 0; round < 2; ++round) {
    for (const Cells& cells : kRows) EXPECT_EQ(Encoded(&one, cells), Encoded(&two, cells));
  }
}

TEST(ClkhashEncoderTest, AnotherSecretIsAnotherEncoding) {
  Encoder one(Mixed(R"("l":256)"), BytesOf("a"));
  Encoder two(Mixed(R"("l":256)"), BytesOf("b"));
  EXPECT_NE(Encoded(&one, kRows[0]), Encoded(&two, kRows[0]));
}

TEST(ClkhashEncoderTest, ProblemsNameTheFeatureAndNoValue) {
  Encoder encoder(Mixed(R"("l":256)"), BytesOf(kSecret));
  EXPECT_EQ(Encoded(&encoder, {"1", "Anna", "01/02/1984", "180", "f"}), "! 1 is not in lower case");
  EXPECT_EQ(Encoded(&encoder, {"1", "anna", "31/02/1984", "180", "f"}),
            "! 2 is no date in the schema's format");
  EXPECT_EQ(Encoded(&encoder, {"1", "anna", "01/02/1984", "x", "f"}, false), "! 3 is no integer");
  EXPECT_EQ(Encoded(&encoder, {"\xFF", "anna", "01/02/1984", "180", "f"}),
            "! 0 is not valid UTF-8");
  EXPECT_EQ(Encoded(&encoder, kRows[0]), "CMl4SJBWBX08IKrVIQ30IZtCZgJQCbhAMSG/AYJJYJA=")
      << "nothing is left of what failed";
}

TEST(ClkhashEncoderTest, TakesNoHeapOnceItsCachesAreWarm) {
  Encoder encoder(Mixed(R"("l":256)"), BytesOf(kSecret));
  std::vector<std::uint8_t> row(encoder.schema().row_bytes());
  const auto encode_all = [&] {
    for (const Cells& cells : kRows) EXPECT_FALSE(encoder.Encode(cells, true, row));
  };
  for (int i = 0; i < 3; ++i) encode_all();
  const long before = identity::Allocations();
  for (int i = 0; i < 10; ++i) encode_all();
  EXPECT_EQ(identity::Allocations() - before, 0);
}

// Halves XORed again and again, as the definition has it.
std::vector<bool> FoldedByHalves(std::vector<bool> bits, std::uint32_t folds) {
  for (std::uint32_t fold = 0; fold < folds; ++fold) {
    const std::size_t half = bits.size() / 2;
    for (std::size_t i = 0; i < half; ++i) bits[i] = bits[i] != bits[half + i];
    bits.resize(half);
  }
  return bits;
}

std::vector<std::uint8_t> Packed(const std::vector<bool>& bits) {
  std::vector<std::uint8_t> bytes((bits.size() + 7) / 8);
  for (std::size_t i = 0; i < bits.size(); ++i) {
    if (bits[i]) bytes[i / 8] = static_cast<std::uint8_t>(bytes[i / 8] | 0x80 >> i % 8);
  }
  return bytes;
}

TEST(FoldBitsTest, IsXorOfHalves) {
  std::mt19937_64 random(11);
  for (const std::uint32_t row_bits : {1U, 7U, 8U, 13U, 64U, 100U}) {
    for (std::uint32_t folds = 0; folds < 5; ++folds) {
      std::vector<bool> bits(std::size_t{row_bits} << folds);
      for (std::size_t i = 0; i < bits.size(); ++i) bits[i] = random() % 2 == 0;
      const auto expected = Packed(FoldedByHalves(bits, folds));
      std::vector<std::uint8_t> row(expected.size(), 0xFF);
      FoldBits(Packed(bits), row_bits, folds, row);
      EXPECT_EQ(row, expected) << row_bits << " " << folds;
    }
  }
}

}  // namespace
}  // namespace musubi::clkhash
