#include "engine/open/open.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "storage/signed_json.h"
#include "tests/engine/csv_files.h"
#include "tests/engine/release_parties.h"

namespace musubi::engine {
namespace {

using storage::PackageKind;
using storage::PayloadDocument;
using testing::HasSubstr;

// Packages of alpha and beta to the institute.
class OpenTest : public testing::Test {
 protected:
  static PayloadDocument DocumentOf(const std::string& holder, std::vector<std::string> variables,
                                    std::uint64_t rows, std::uint64_t persons) {
    PayloadDocument document;
    document.of = MapOf(SampleApplication(), 0).of;
    document.holder = holder;
    document.variables = std::move(variables);
    document.rows = rows;
    document.persons = persons;
    return document;
  }

  std::filesystem::path Seal(const PayloadDocument& document, const std::string& rows,
                             const crypto::Identity& sender,
                             const crypto::Certificate& recipient = Researcher().certificate()) {
    std::string table = "project_id";
    for (const std::string& variable : document.variables) table += ',' + variable;
    const std::filesystem::path file = folder_ / (document.holder + ".pkg");
    SealText(file, PackageKind::kPayload, storage::kPayloadName, storage::DocumentText(document),
             table + '\n' + rows, sender, recipient, crypto::FingerprintOf(WesternContract()));
    return file;
  }

  std::filesystem::path SealAlpha() {
    return Seal(DocumentOf("alpha", {"diagnosis", "dose"}, 2, 2),
                ProjectId(2) + ",I63,5\n" + ProjectId(1) + ",\"a,b\",6\n", crypto::Alpha());
  }
  std::filesystem::path SealBeta() {
    return Seal(DocumentOf("beta", {"dose", "outcome"}, 2, 2),
                ProjectId(2) + ",7,well\n" + ProjectId(3) + ",8,\n", crypto::Beta());
  }

  Result<OpenReceipt> Run(const std::vector<std::filesystem::path>& packages, bool wide = false) {
    request_.packages = packages;
    request_.researcher = &Researcher();
    request_.trusted = {crypto::Alpha().certificate(), crypto::Beta().certificate(),
                        crypto::Unit().certificate()};
    request_.wide = wide;
    request_.output = folder_ / "table.csv";
    return OpenPayloads(request_, at_.context());
  }

  void ExpectRefused(const std::vector<std::filesystem::path>& packages, const std::string& what,
                     ErrorCode code = ErrorCode::kRefused, bool wide = false) {
    const auto receipt = Run(packages, wide);
    ASSERT_FALSE(receipt.ok()) << what;
    EXPECT_EQ(receipt.error().code, code) << receipt.error().message;
    EXPECT_THAT(receipt.error().message, HasSubstr(what));
    EXPECT_FALSE(folder_.Has("table.csv"));
  }

  // A manifest that the unit signed.
  nlohmann::json Manifest() const {
    const storage::ReleaseOf of = MapOf(SampleApplication(), 0).of;
    return {{"format", "musubi-release"},
            {"version", 2},
            {"project", of.project},
            {"release", of.release},
            {"epoch", of.epoch},
            {"application", crypto::ToHex(of.application)},
            {"time", "2026-11-30T12:00:00Z"},
            {"smallest_count", 10},
            {"holders",
             {{{"holder", "alpha"}, {"persons", 2}}, {{"holder", "beta"}, {"persons", "<10"}}}}};
  }

  void UseManifest(const nlohmann::json& manifest,
                   const crypto::Identity& signer = crypto::Unit()) {
    request_.manifest =
        folder_.Write("manifest.json", storage::SignedText(manifest.dump(), signer).value());
  }

  CsvFolder folder_;
  storage::At at_;
  OpenRequest request_;
};

TEST_F(OpenTest, MakesOneLongTable) {
  const auto receipt = Run({SealBeta(), SealAlpha()});
  ASSERT_TRUE(receipt.ok()) << receipt.error().message;
  EXPECT_EQ(folder_.Read("table.csv"), "project_id,holder,diagnosis,dose,outcome\n" + ProjectId(2) +
                                           ",alpha,I63,5,\n" + ProjectId(1) +
                                           ",alpha,\"a,b\",6,\n" + ProjectId(2) +
                                           ",beta,,7,well\n" + ProjectId(3) + ",beta,,8,\n");
  EXPECT_EQ(receipt.value().rows, 4U);
  EXPECT_EQ(receipt.value().persons, 3U);
  EXPECT_EQ(receipt.value().of.project, "stroke");
  EXPECT_EQ(receipt.value().holders[1].holder, "beta");
  EXPECT_EQ(crypto::ModeOf(folder_ / "table.csv"), 0600U);
}

TEST_F(OpenTest, MakesOneWideTable) {
  const auto receipt = Run({SealBeta(), SealAlpha()}, true);
  ASSERT_TRUE(receipt.ok()) << receipt.error().message;
  EXPECT_EQ(folder_.Read("table.csv"),
            "project_id,alpha.diagnosis,alpha.dose,beta.dose,beta.outcome\n" + ProjectId(1) +
                ",\"a,b\",6,,\n" + ProjectId(2) + ",I63,5,7,well\n" + ProjectId(3) + ",,,8,\n");
  EXPECT_EQ(receipt.value().rows, 3U);
}

TEST_F(OpenTest, AWideTableHasOneRowAPerson) {
  const auto twice = Seal(DocumentOf("alpha", {"dose"}, 2, 1),
                          ProjectId(1) + ",5\n" + ProjectId(1) + ",6\n", crypto::Alpha());
  ExpectRefused({twice}, "row 3, column project_id: stands in an earlier row too",
                ErrorCode::kBadData, true);
  EXPECT_TRUE(Run({twice}).ok());
}

TEST_F(OpenTest, OpensPinnedHoldersOfOneReleaseAlone) {
  const auto alpha = SealAlpha();
  ExpectRefused({alpha, alpha}, "is of the holder alpha, as");
  ExpectRefused({Seal(DocumentOf("alpha", {"dose"}, 0, 0), "", crypto::Beta())},
                "each holder sends its own");
  ExpectRefused(
      {Seal(DocumentOf("beta", {"dose"}, 0, 0), "", crypto::Beta(), crypto::Unit().certificate())},
      "not for yours");
  ExpectRefused({Seal(DocumentOf("board", {"dose"}, 0, 0), "", Review())},
                "none of the certificates that you trust");
  for (const auto& change : {+[](storage::ReleaseOf* of) { of->project = "other"; },
                             +[](storage::ReleaseOf* of) { of->release = 2; },
                             +[](storage::ReleaseOf* of) { of->epoch = 2; },
                             +[](storage::ReleaseOf* of) { of->application.fill(1); }}) {
    PayloadDocument document = DocumentOf("beta", {"dose"}, 0, 0);
    change(&document.of);
    ExpectRefused({SealAlpha(), Seal(document, "", crypto::Beta())}, "is of another release than");
  }
}

TEST_F(OpenTest, RefusesAPackageThatIsNotAsItSays) {
  const auto seal = [&](std::uint64_t rows, std::uint64_t persons, const std::string& table) {
    return Seal(DocumentOf("alpha", {"dose"}, rows, persons), table, crypto::Alpha());
  };
  const std::string row = ProjectId(1) + ",5\n";
  ExpectRefused({seal(2, 1, row)}, "not as many", ErrorCode::kBadData);
  ExpectRefused({seal(2, 2, row + row)}, "not as many", ErrorCode::kBadData);
  ExpectRefused({seal(1, 1, "x" + row)}, "row 2, column project_id", ErrorCode::kBadData);
  ExpectRefused({seal(1, 1, ProjectId(1) + ",5,6\n")}, "row 2 has 3 cells", ErrorCode::kBadData);
  ExpectRefused({Seal(DocumentOf("alpha", {"dose", "holder"}, 0, 0), "", crypto::Alpha())},
                "a variable of the name holder", ErrorCode::kBadData);
  const std::filesystem::path file = folder_ / "x.pkg";
  SealText(file, PackageKind::kPayload, "map", "{}", "a\n", crypto::Alpha(),
           Researcher().certificate(), crypto::FingerprintOf(WesternContract()));
  ExpectRefused({file}, "payload.json", ErrorCode::kBadData);
  SealText(file, PackageKind::kPayload, "payload", "{}\n", "a\n", crypto::Alpha(),
           Researcher().certificate(), crypto::FingerprintOf(WesternContract()));
  ExpectRefused({file}, "musubi-payload", ErrorCode::kBadData);
}

TEST_F(OpenTest, ChecksTheManifest) {
  const std::vector<std::filesystem::path> packages = {SealAlpha(), SealBeta()};
  UseManifest(Manifest());
  ASSERT_TRUE(Run(packages).ok()) << Run(packages).error().message;
  std::filesystem::remove(folder_ / "table.csv");

  UseManifest(Manifest(), crypto::Alpha());
  ExpectRefused(packages, "only a unit signs manifests");
  UseManifest(Manifest(), crypto::IdentityFor(crypto::Role::kUnit, "unit"));
  ExpectRefused(packages, "signed by none");
  const auto changed = [&](const char* member, const nlohmann::json& value) {
    nlohmann::json manifest = Manifest();
    manifest[member] = value;
    UseManifest(manifest);
  };
  changed("release", 2);
  ExpectRefused(packages, "another release than the packages");
  changed("application", std::string(64, '0'));
  ExpectRefused(packages, "another release than the packages");
  changed("time", "2020-01-01T00:00:00Z");
  ExpectRefused(packages, "was not valid");
  changed("smallest_count", 2);  // beta has two persons
  ExpectRefused(packages, "the package of beta has rows of 2 persons, and the release at most 1");
  changed("holders", {{{"holder", "alpha"}, {"persons", 2}}});
  ExpectRefused(packages, "no records of the holder beta");
  changed("holders", 1);
  ExpectRefused(packages, "is no signed manifest", ErrorCode::kBadData);
  changed("version", 1);
  ExpectRefused(packages, "is no signed manifest", ErrorCode::kBadData);
  request_.manifest = folder_.Write("manifest.json", Manifest().dump());
  ExpectRefused(packages, "not a signed document", ErrorCode::kBadData);
}

TEST_F(OpenTest, OpensChanges) {
  const storage::ChangesDocument document = {MapOf(SampleApplication(), 0).of, 1, 1};
  const std::string table = "old_project_id,new_project_id,event,records\n" + ProjectId(1) + ',' +
                            ProjectId(2) + ",merged,1\n";
  const std::filesystem::path file = folder_ / "changes.pkg";
  const auto seal = [&](const crypto::Identity& sender) {
    SealText(file, PackageKind::kPayload, storage::kChangesName, storage::DocumentText(document),
             table, sender, Researcher().certificate(), crypto::FingerprintOf(WesternContract()));
    request_.packages = {file};
    request_.researcher = &Researcher();
    request_.trusted = {crypto::Alpha().certificate(), crypto::Unit().certificate()};
    request_.output = folder_ / "changes.csv";
    return OpenChanges(request_, at_.context());
  };
  EXPECT_EQ(seal(crypto::Alpha()).error().code, ErrorCode::kRefused);
  const auto opened = seal(crypto::Unit());
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  EXPECT_EQ(folder_.Read("changes.csv"), table);
  EXPECT_EQ(opened.value().document.since_epoch, 1U);
  // A list of changes is no holder's payload, and the other way round.
  ExpectRefused({file}, "only a holder sends");
}

}  // namespace
}  // namespace musubi::engine
