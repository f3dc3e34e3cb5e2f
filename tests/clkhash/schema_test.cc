// Which schemas are accepted, what they become, and what is said of those that are not.
#include "clkhash/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/clkhash/samples.h"

namespace musubi::clkhash {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kBigram = R"({"type":"ngram","n":2})";

TEST(ClkhashSchemaTest, DefaultsAreThoseOfClkhash) {
  const auto schema = Parsed(Version3(FeatureOf(kString, kBigram)));
  EXPECT_EQ(schema->version(), 3);
  EXPECT_EQ(schema->bits(), 1024U);
  EXPECT_EQ(schema->row_bytes(), 128U);
  EXPECT_EQ(schema->key_derivation().key_bytes, 64U);
  EXPECT_EQ(schema->key_derivation().hash, crypto::HkdfHash::kSha256);
  const Hashing& hashing = *schema->features()[0].hashing;
  EXPECT_EQ(hashing.hash, HashKind::kBlake);
  EXPECT_EQ(hashing.encoding, TextEncoding::kUtf8);
  EXPECT_FALSE(std::get<NgramComparison>(hashing.comparison).positional);
  EXPECT_THAT(schema->warnings(), IsEmpty());
}

// Python's round() is half to even: 5 * 0.5 = 2.5 becomes 2, and 3 * 0.5 = 1.5 becomes 2.
TEST(ClkhashSchemaTest, Version1BecomesVersion3) {
  const auto insertions = [](const std::string& k, const std::string& weight) {
    const auto schema =
        Parsed(R"({"version":1,"clkConfig":{"l":64,"k":)" + k +
               R"(,"hash":{"type":"doubleHash","prevent_singularity":true},"kdf":{"type":"HKDF"}},)"
               R"("features":[{"identifier":"a","format":{"type":"string"},"hashing":{"ngram":1)" +
               weight + "}}]}");
    const auto& hashing = schema->features()[0].hashing;
    if (!hashing) return 0U;
    EXPECT_EQ(hashing->hash, HashKind::kDoubleNonSingular);
    EXPECT_FALSE(hashing->strategy.per_feature);
    return hashing->strategy.bits;
  };
  EXPECT_EQ(insertions("5", ""), 5U);
  EXPECT_EQ(insertions("5", R"(,"weight":0.5)"), 2U);
  EXPECT_EQ(insertions("3", R"(,"weight":0.5)"), 2U);
  EXPECT_EQ(insertions("7", R"(,"weight":2)"), 14U);
  EXPECT_EQ(insertions("7", R"(,"weight":0)"), 0U) << "weight 0 is ignored";
  EXPECT_EQ(insertions("7", R"(,"weight":0.0)"), 0U);
}

TEST(ClkhashSchemaTest, Version2BecomesVersion3) {
  const auto schema =
      Parsed(R"({"version":2.0,"clkConfig":{"l":8,"kdf":{"type":"HKDF"}},"features":[)"
             R"({"identifier":"a","ignored":true,"description":"x"},)"
             R"({"identifier":"b","format":{"type":"string"},"hashing":)"
             R"({"ngram":3,"positional":true,"strategy":{"numBits":20.0}}}]})");
  EXPECT_EQ(schema->version(), 2);
  const Hashing& hashing = *schema->features()[1].hashing;
  EXPECT_EQ(std::get<NgramComparison>(hashing.comparison).n, 3U);
  EXPECT_TRUE(std::get<NgramComparison>(hashing.comparison).positional);
  EXPECT_TRUE(hashing.strategy.per_feature);
  EXPECT_EQ(hashing.strategy.bits, 20U);
}

TEST(ClkhashSchemaTest, ADuplicateKeyIsItsLastValue) {
  EXPECT_EQ(Parsed(Version3(FeatureOf(kString, kBigram), R"("l":8,"l":16)"))->bits(), 16U);
}

TEST(ClkhashSchemaTest, MistakesAreListedEachAtItsPlace) {
  const std::string mistakes = MistakesOf(
      R"({"version":3,"clkConfig":{"l":0,"kdf":{"type":"PBKDF2","keySize":0}},"features":[)"
      R"({"identifier":"a","ignored":false},)"
      R"({"identifier":"b","format":{"type":"string","pattern":"a","case":"upper"},)"
      R"("hashing":{"strategy":{"bitsPerToken":1,"bitsPerFeature":2},)"
      R"("comparison":{"type":"ngram","n":1.5},"ngram":2}}]})");
  for (const std::string_view place :
       {"/clkConfig/l:", "/clkConfig/kdf/type:", "/clkConfig/kdf/keySize:", "/features/0/ignored:",
        "/features/1/format/case:", "/features/1/hashing/strategy:",
        "/features/1/hashing/comparison/n:", "/features/1/hashing/ngram:"}) {
    EXPECT_THAT(mistakes, HasSubstr("at " + std::string(place)));
  }
}

TEST(ClkhashSchemaTest, WhatIsNoSchemaIsRefused) {
  for (const std::string_view text :
       {"", "[]", "null", "{", "{}", R"({"version":4})", R"({"version":true})",
        R"({"version":"3"})", R"({"version":3})", "\xEF\xBB\xBF{}", "{\"version\":3} x"}) {
    EXPECT_THAT(MistakesOf(text), HasSubstr("not valid")) << text;
  }
  EXPECT_THAT(MistakesOf(std::string(100, '[')), HasSubstr("nested deeper"));
  EXPECT_THAT(MistakesOf(std::string((1 << 20) + 1, ' ')), HasSubstr("1,048,576"));
}

// Draft 7 of JSON Schema holds 20.0 for an integer, and so does clkhash where it only counts.
TEST(ClkhashSchemaTest, WholeNumbersMayHaveAFractionWhereClkhashCanUseThem) {
  const std::string feature = FeatureOf(R"({"type":"string","minLength":2.0,"maxLength":1e40})",
                                        R"({"type":"ngram","n":2})");
  EXPECT_THAT(MistakesOf(Version3(feature)), IsEmpty());
  EXPECT_THAT(MistakesOf(Version3(feature, R"("l":64.0)")), HasSubstr("/clkConfig/l"));
  EXPECT_THAT(MistakesOf(Version3(FeatureOf(kString, R"({"type":"ngram","n":2.0})"))),
              HasSubstr("/features/0/hashing/comparison/n"));
}

TEST(ClkhashSchemaTest, IgnoredFeaturesHaveNothingElseOrEverything) {
  const auto features = [](std::string_view feature) { return MistakesOf(Version3(feature)); };
  EXPECT_THAT(features(R"({"identifier":"a","ignored":true,"description":"x"})"), IsEmpty());
  EXPECT_THAT(features(R"({"identifier":"a","ignored":true,"other":1})"), HasSubstr("/other"));
  EXPECT_THAT(features(R"({"identifier":"a","ignored":1})"), HasSubstr("/ignored"));
  std::string whole = FeatureOf(kString, kBigram);
  whole.insert(whole.size() - 1, R"(,"ignored":true)");
  EXPECT_FALSE(Parsed(Version3(whole))->features()[0].hashing);
  // Versions 1 and 2 do not know a whole feature that is ignored.
  EXPECT_THAT(MistakesOf(R"({"version":2,"clkConfig":{"l":8,"kdf":{"type":"HKDF"}},"features":[)"
                         R"({"identifier":"a","ignored":true,"format":{"type":"string"},)"
                         R"("hashing":{"ngram":2,"strategy":{"k":3}}}]})"),
              HasSubstr("both"));
}

TEST(ClkhashSchemaTest, FoldsAreAskedForByTheUndocumentedName) {
  const std::string feature = FeatureOf(kString, kBigram);
  const auto documented = Parsed(Version3(feature, R"("l":64,"xorFolds":1)"));
  EXPECT_EQ(documented->xor_folds(), 0U);
  EXPECT_THAT(documented->warnings(), ElementsAre(HasSubstr("/clkConfig/xorFolds is ignored")));
  const auto obeyed = Parsed(Version3(feature, R"("l":64,"xor_folds":2)"));
  EXPECT_EQ(obeyed->unfolded_bits(), 256U);
  EXPECT_THAT(obeyed->warnings(), ElementsAre(HasSubstr("xor_folds is obeyed")));
}

TEST(ClkhashSchemaTest, AMisspeltPrecisionIsWarnedOf) {
  const auto schema = Parsed(Version3(FeatureOf(
      kString,
      R"({"type":"numeric","thresholdDistance":1,"resolution":1,"fractionalPrecision":2})")));
  EXPECT_THAT(schema->warnings(), ElementsAre(HasSubstr("fractional_precision")));
  const auto& hashing = *schema->features()[0].hashing;
  EXPECT_EQ(std::get<NumericComparison>(hashing.comparison).fractional_precision, 0U);
}

// What clkhash finds out at the first record.
TEST(ClkhashSchemaTest, WhatCouldNotEncodeIsRefused) {
  const std::string feature = FeatureOf(kString, kBigram);
  EXPECT_THAT(MistakesOf(Version3(feature, R"("l":1000)")), HasSubstr("power of two"));
  EXPECT_THAT(MistakesOf(Version3("")), HasSubstr("/features"));
  const std::string blake =
      FeatureOf(kString, kBigram, R"(,"hash":{"type":"blakeHash","prevent_singularity":false})");
  EXPECT_THAT(MistakesOf(Version3(blake)), HasSubstr("prevent_singularity"));
  const std::string date = FeatureOf(R"({"type":"date","format":"%Q"})", kBigram);
  EXPECT_THAT(MistakesOf(Version3(date)), HasSubstr("/features/0/format/format"));
  const std::string small =
      FeatureOf(kString, R"({"type":"numeric","thresholdDistance":0.04,"resolution":1})");
  EXPECT_THAT(MistakesOf(Version3(small)), HasSubstr("is 0 at this fractional_precision"));
}

std::string WithKdf(const std::string& kdf, int features = 1) {
  std::string list;
  for (int i = 0; i < features; ++i) {
    list += i == 0 ? "" : ",";
    list += R"({"identifier":"x","ignored":true})";
  }
  return R"({"version":3,"clkConfig":{"l":8,"kdf":{"type":"HKDF")" + kdf + R"(}},"features":[)" +
         list + "]}";
}

// HKDF gives 255 digests, and each feature, ignored or not, takes two keys.
TEST(ClkhashSchemaTest, KeysEndWhereHkdfEnds) {
  EXPECT_THAT(MistakesOf(WithKdf("", 63)), IsEmpty());
  EXPECT_THAT(MistakesOf(WithKdf("", 64)), HasSubstr("HKDF gives 8160"));
  EXPECT_THAT(MistakesOf(WithKdf(R"(,"hash":"SHA512")", 127)), IsEmpty());
  EXPECT_THAT(MistakesOf(WithKdf(R"(,"hash":"SHA512")", 128)), HasSubstr("HKDF gives 16320"));
}

// base64.b64decode of Python passes over what is not in its alphabet and what follows the padding.
TEST(ClkhashSchemaTest, SaltsAreDecodedLeniently) {
  const auto salt = [](const std::string& text) -> std::string {
    const auto schema = Schema::Parse(WithKdf(R"(,"salt":")" + text + '"'));
    if (!schema.ok()) return "refused";
    const auto& bytes = schema.value().key_derivation().salt;
    return {bytes.begin(), bytes.end()};
  };
  EXPECT_EQ(salt("YWJj"), "abc");
  EXPECT_EQ(salt("Y!W-J*j"), "abc");
  EXPECT_EQ(salt("YQ=="), "a");
  EXPECT_EQ(salt("YQ==YWJj"), "a");
  EXPECT_EQ(salt("=YW=Jj"), "abc");
  EXPECT_EQ(salt(""), "");
  EXPECT_EQ(salt("YQ="), "refused");
  EXPECT_EQ(salt("Y"), "refused");
  EXPECT_EQ(salt("YWJj\xC3\xA9"), "refused");
}

}  // namespace
}  // namespace musubi::clkhash
