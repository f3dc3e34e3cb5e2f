#include "engine/release/release_manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "storage/signed_json.h"
#include "tests/engine/release_parties.h"

namespace musubi::engine {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

// What a link run keeps of itself, with counts that are its own.
constexpr const char* kRunReport = R"({
  "version": 1, "model": "fellegi_sunter", "persons": 777, "linked_records": 778,
  "quality": {"has_control": true, "model_precision": 990000, "model_recall": 950000,
              "control_pairs": 779, "control_hits": 3, "certified": true,
              "precision": {"value": 991000, "low": 980000, "high": 996000}},
  "planted": [{"holder": "", "copies": 780, "compared": 700, "found": 690,
               "recall": {"value": 884615, "low": 860000, "high": 905000}},
              {"holder": "alpha", "copies": 4, "compared": 4, "found": 3,
               "recall": {"value": 750000, "low": 300000, "high": 950000}}],
  "recapture": {"joined": 781, "linked": 700,
                "recall": {"value": 896000, "low": 870000, "high": 915000}}})";

class ReleaseManifestTest : public testing::Test {
 protected:
  ReleaseManifestTest() {
    application_.smallest_count = 10;
    manifest_.of = {"stroke", 2, 7, storage::DigestOf(application_)};
    manifest_.application = &application_;
    manifest_.counts = {{{"alpha", 60, 50}, {"beta", 40, 40}}, {50, 20}};
    manifest_.maps = {{"alpha.map.pkg", {}}, {"beta.map.pkg", {}}};
    manifest_.run_report = kRunReport;
    manifest_.time = crypto::kNoon;
  }

  json Document() const {
    const std::string text = SignedManifest(manifest_, crypto::Unit()).value();
    const std::vector<crypto::Certificate> units = {crypto::Unit().certificate()};
    return json::parse(storage::ReadSigned(text, "manifest.json", units).value().document);
  }

  Application application_ = SampleApplication();
  ReleaseManifest manifest_;
};

TEST_F(ReleaseManifestTest, TellsOfTheRelease) {
  manifest_.maps[1].sha256.fill(0xab);
  const json told = Document();
  EXPECT_EQ(told.at("format"), "musubi-release");
  EXPECT_EQ(told.at("version"), 2);
  EXPECT_EQ(told.at("project"), "stroke");
  EXPECT_EQ(told.at("release"), 2);
  EXPECT_EQ(told.at("epoch"), 7);
  EXPECT_EQ(told.at("time"), "2026-11-30T12:00:00Z");
  EXPECT_EQ(told.at("unit"), crypto::ToHex(crypto::Unit().certificate().fingerprint()));
  EXPECT_EQ(told.at("application"), crypto::ToHex(storage::DigestOf(application_)));
  EXPECT_EQ(told.at("contract"), crypto::ToHex(application_.contract));
  EXPECT_EQ(told.at("records"), 100);
  EXPECT_EQ(told.at("persons"), 70);
  EXPECT_EQ(told.at("persons_of_holders"), json({50, 20}));
  EXPECT_EQ(told.at("holders").at(1).at("persons"), 40);
  EXPECT_EQ(told.at("holders").at(1).at("file"), "beta.map.pkg");
  EXPECT_THAT(told.at("holders").at(1).at("sha256").get<std::string>(), HasSubstr("abab"));
  EXPECT_FALSE(told.contains("changes"));
  EXPECT_FALSE(told.contains("despite_hold"));
}

TEST_F(ReleaseManifestTest, TellsNoSmallCount) {
  manifest_.counts = {{{"alpha", 61, 52}, {"beta", 41, 9}}, {51, 5}};
  manifest_.changes = {{"changes.pkg", {}}, 3, 9};
  json told = Document();
  EXPECT_EQ(told.at("holders").at(0).at("persons"), 52);
  EXPECT_EQ(told.at("holders").at(1).at("persons"), "<10");
  EXPECT_EQ(told.at("holders").at(1).at("records"), nullptr);
  EXPECT_EQ(told.at("records"), nullptr);
  EXPECT_EQ(told.at("persons"), nullptr);
  EXPECT_EQ(told.at("persons_of_holders"), json({nullptr, nullptr}));
  EXPECT_EQ(told.at("changes").at("ids"), "<10");
  EXPECT_EQ(told.at("changes").at("since_epoch"), 3);
  application_.smallest_count = 4;
  told = Document();
  EXPECT_EQ(told.at("holders").at(1).at("persons"), 9);
  EXPECT_EQ(told.at("persons_of_holders"), json({51, 5}));
  EXPECT_EQ(told.at("changes").at("ids"), 9);
}

// The run's shares, and none of its counts: of seven pairs, or of one holder's four copies.
TEST_F(ReleaseManifestTest, TellsTheRunsQualityInSharesAlone) {
  const json quality = Document().at("quality");
  EXPECT_EQ(quality.at("model"), "fellegi_sunter");
  EXPECT_EQ(quality.at("model_recall"), 950000);
  EXPECT_EQ(quality.at("precision").at("low"), 980000);
  EXPECT_EQ(quality.at("planted_recall").at("value"), 884615);
  // Its interval would tell that it is of 781 pairs.
  EXPECT_EQ(quality.at("recapture_recall"), json({{"value", 890000}}));
  for (const char* count : {"777", "778", "779", "780", "781", "750000", "hits"}) {
    EXPECT_THAT(quality.dump(), Not(HasSubstr(count)));
  }
  application_.smallest_count = 261;  // three pairs each
  EXPECT_EQ(Document().at("quality").at("recapture_recall"), nullptr);
  manifest_.run_report = "";
  EXPECT_EQ(Document().at("quality"), json::object());
}

TEST_F(ReleaseManifestTest, SaysWhyAnEpochOnHoldWasReleased) {
  manifest_.despite_hold = "looked at by two people";
  EXPECT_EQ(Document().at("despite_hold"), "looked at by two people");
}

}  // namespace
}  // namespace musubi::engine
