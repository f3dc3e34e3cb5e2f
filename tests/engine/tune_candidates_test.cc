// The contracts among which a tuning chooses: which there are, and that each is what its name says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/tune/candidates.h"

namespace musubi::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::IsSupersetOf;
using ::testing::Not;

Contract Parsed(std::string_view json) {
  auto contract = Contract::Parse(json);
  MUSUBI_CHECK(contract.ok());
  return std::move(contract).value();
}

Contract Template(std::string_view name) { return Parsed(ContractTemplate(name)); }

std::vector<std::string> NamesOf(const std::vector<Candidate>& candidates) {
  std::vector<std::string> names;
  for (const Candidate& candidate : candidates) names.push_back(candidate.name);
  return names;
}

const Candidate& Named(const std::vector<Candidate>& candidates, std::string_view name) {
  const auto found = std::ranges::find(candidates, name, &Candidate::name);
  MUSUBI_CHECK(found != candidates.end());
  return *found;
}

std::size_t FieldsUsed(const Contract& contract) {
  std::vector<bool> used(contract.fields().size(), false);
  for (const Filter& filter : contract.filters()) {
    for (const Feature& feature : filter.features) used[feature.field] = true;
  }
  return static_cast<std::size_t>(std::ranges::count(used, true));
}

// Whatever profile is given, the same are made of it, and all of them of the same fields and
// blocks.
TEST(CandidatesTest, AreMadeOfEveryTemplate) {
  for (const std::string_view name :
       {"western", "record", "saul", "japan-hospital", "japan-claims"}) {
    const Contract given = Template(name);
    const auto candidates = MakeCandidates(given, 25);
    EXPECT_EQ(candidates.size(), 24U) << name;
    EXPECT_EQ(candidates.front().contract.canonical_json(), given.canonical_json());
    for (const Candidate& candidate : candidates) {
      const Contract& contract = candidate.contract;
      ASSERT_EQ(contract.fields().size(), given.fields().size());
      EXPECT_EQ(contract.block_rules().size(), given.block_rules().size());
      EXPECT_EQ(FieldsUsed(contract), FieldsUsed(given)) << name << " " << candidate.name;
      if (candidate.what.empty()) continue;
      EXPECT_EQ(contract.name(), candidate.name);
      EXPECT_FALSE(contract.plan().least_precision);
    }
  }
}

TEST(CandidatesTest, NamesTellTheirParameters) {
  const auto candidates = MakeCandidates(Template("western"), 25);
  const Filter& saul = Named(candidates, "saul_t5_l2048").contract.filters()[0];
  EXPECT_EQ(saul.saul->terms, 5U);
  EXPECT_EQ(saul.bits, 2048U);
  const Contract& views = Named(candidates, "saul_views_t2_l512").contract;
  EXPECT_TRUE(views.plan().best_view);
  EXPECT_EQ(views.filters().size(), 3U);  // month and day, given name, surname
  const Filter& folded = Named(candidates, "record_balanced_folded").contract.filters()[0];
  EXPECT_EQ(folded.hardening.size(), 2U);
  EXPECT_EQ(folded.bits, 1024U);
  const Filter& sampled = Named(candidates, "record_sampled").contract.filters()[0];
  EXPECT_EQ(sampled.bits, 1024U);
  EXPECT_LT(sampled.features[3].sample->bits, sampled.features[0].sample->bits / 3);  // the sex
  const Filter& salted = Named(candidates, "record_salted_year").contract.filters()[0];
  EXPECT_TRUE(salted.features[0].salt && salted.features[1].salt);
  EXPECT_FALSE(salted.features[2].salt);  // the date itself
  EXPECT_EQ(Named(candidates, "fields").contract.plan().model, ModelKind::kFellegiSunter);
}

// What a given contract has of one profile does not stay in those of another.
TEST(CandidatesTest, AGivenContractsOwnHardeningIsLeftOut) {
  std::string json(ContractTemplate("record"));
  const std::string feature = R"({"field": "surname", )";
  json.replace(json.find(feature), feature.size(),
               feature + R"("salt": {"field": "birth_date", "form": "year"}, )");
  const auto candidates = MakeCandidates(Parsed(json), 25);
  for (const Filter& filter : Named(candidates, "fields").contract.filters()) {
    for (const Feature& of_field : filter.features) EXPECT_FALSE(of_field.salt);
  }
  EXPECT_EQ(Named(candidates, "record").contract.filters()[0].features.size(), 5U);
}

// A date to salt by, and a name that has a sound.
TEST(CandidatesTest, WhatTheFieldsDoNotAllowIsLeftOut) {
  const Contract given = Parsed(
      R"({"musubi_contract": 1, "name": "numbers", "profile": "record",
    "fields": [{"name": "a", "kind": "digits"}, {"name": "b", "kind": "digits"}],
    "filters": [{"name": "person", "bits": 512, "features": [
      {"field": "a", "tokens": {"kind": "qgram"}, "positions": 5},
      {"field": "b", "tokens": {"kind": "qgram"}, "positions": 5}]}],
    "linkage": {"candidates": {"method": "lsh"},
                "model": {"kind": "weighted_mean", "threshold": "0.8", "prior_weight": 1}}})");
  const auto names = NamesOf(MakeCandidates(given, 12));
  EXPECT_THAT(names, IsSupersetOf({"given", "fields", "record", "saul_t4_l1024"}));
  for (const char* name : {"fields_salted_year", "record_salted_year", "saul_views_t2_l512"}) {
    EXPECT_THAT(names, Not(::testing::Contains(name)));
  }
}

// Four bits of ten set: 1024 * -ln(0.6) is 523, over 26 tokens 20.
TEST(CandidatesTest, TokensOfARecordSetFourBitsOfTen) {
  const auto candidates = MakeCandidates(Template("western"), 26);
  for (const Feature& feature : Named(candidates, "record").contract.filters()[0].features) {
    EXPECT_EQ(feature.positions, 20U);
  }
  const auto few = MakeCandidates(Template("western"), 1);
  EXPECT_EQ(Named(few, "record").contract.filters()[0].features[0].positions, 64U);
}

TEST(CandidatesTest, AThresholdIsWrittenToTheMillionth) {
  const Contract given = Template("record");
  const std::pair<Threshold, std::string_view> cases[] = {{{1, 1'000'000}, "0.000001"},
                                                          {{214'375, 1'000'000}, "0.214375"},
                                                          {{1, 2}, "0.5"},
                                                          {{1, 1}, "1"}};
  for (const auto& [threshold, decimal] : cases) {
    const std::string json = WithThreshold(given, threshold).canonical_json();
    EXPECT_NE(json.find("\"threshold\":\"" + std::string(decimal) + "\""), std::string::npos)
        << json;
  }
}

}  // namespace
}  // namespace musubi::engine
