#include "engine/attach/payload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/crypto/fixed_random.h"
#include "tests/engine/csv_files.h"
#include "tests/engine/release_parties.h"

namespace musubi::engine {
namespace {

using storage::PackageKind;
using storage::PayloadDocument;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::UnorderedElementsAre;

constexpr const char* kMapHeader = "record_ref,project_id\n";
constexpr const char* kRefsHeader = "record_ref,holder,local_id\n";
constexpr const char* kIdentifiersHeader = "id,given_name,surname,birth_date,sex,postcode\n";

// What no message may show.
constexpr const char* kCanary = "Kanarienvogel";

// Alpha with the map of three persons, and rows to hand on.
class PayloadTest : public testing::Test {
 protected:
  PayloadTest() {
    refs_ = kRefsHeader;
    map_ = kMapHeader;
    for (std::uint8_t i = 1; i <= 3; ++i) {
      refs_ += Ref(i) + ",alpha,p" + std::to_string(i) + '\n';
      map_ += Ref(i) + ',' + ProjectId(i) + '\n';
    }
    request_.id_column = "id";
    request_.holder = &crypto::Alpha();
    request_.researcher = &Researcher().certificate();
    request_.output = folder_ / "p.pkg";
  }

  // Opens the map of `application` as alpha, who pins the unit and one review body.
  Result<SealedMap> OpenMap(const storage::MapDocument& document) {
    SealMap(folder_ / "map.pkg", document, map_);
    return Open(folder_ / "map.pkg");
  }

  Result<SealedMap> Open(const std::filesystem::path& file, std::int64_t now = crypto::kNoon) {
    SealedMapRequest request;
    request.file = file;
    request.holder = &crypto::Alpha();
    request.trusted = {crypto::Unit().certificate(), Review().certificate(),
                       OtherReview().certificate()};
    if (renewed_) request.trusted.push_back(renewed_->certificate());
    request.folder = folder_ / "";
    request.approvals = approvals_;
    storage::At at(now);
    return OpenSealedMap(request, at.context());
  }

  Result<PayloadReceipt> Run(const std::string& rows) {
    MUSUBI_ASSIGN_OR_RETURN(SealedMap map, OpenMap(MapOf(application_, 3)));
    request_.rows = folder_.Write("rows.csv", rows);
    request_.refs = {folder_.Write("refs.csv", refs_)};
    return AttachPayload(std::move(map), request_, WesternContract(), at_.context());
  }

  // Opens what was sealed: the document, and the table's lines.
  PayloadDocument Opened(std::vector<std::string>* lines) {
    storage::PackageExpectation expectation;
    const std::vector<crypto::Certificate> senders = {crypto::Alpha().certificate()};
    expectation.kind = PackageKind::kPayload;
    expectation.senders = senders;
    expectation.recipient = Researcher().certificate().fingerprint();
    expectation.contract = crypto::FingerprintOf(WesternContract());
    auto opened = storage::OpenSealedTable(request_.output, expectation, Researcher(),
                                           storage::kPayloadName, folder_ / "", at_.context())
                      .value();
    std::vector<std::uint8_t> bytes(1 << 20);
    bytes.resize(storage::ReadFully(opened.table, "table", bytes).value());
    std::istringstream text(std::string(bytes.begin(), bytes.end()));
    for (std::string line; std::getline(text, line);) lines->push_back(line);
    return storage::ParsePayloadDocument(opened.document, "p.pkg").value();
  }

  void ExpectRefused(const std::string& rows, const std::string& what,
                     ErrorCode code = ErrorCode::kBadData) {
    const auto receipt = Run(rows);
    ASSERT_FALSE(receipt.ok()) << what;
    EXPECT_EQ(receipt.error().code, code) << receipt.error().message;
    EXPECT_THAT(receipt.error().message, HasSubstr(what));
    EXPECT_THAT(receipt.error().message, Not(HasSubstr(kCanary)));
    EXPECT_FALSE(folder_.Has("p.pkg"));
  }

  CsvFolder folder_;
  storage::At at_;
  Application application_ = SampleApplication();
  std::string refs_;
  std::string map_;
  std::size_t approvals_ = 1;
  const crypto::Identity* renewed_ = nullptr;  // pinned too; borrowed
  PayloadRequest request_;
};

TEST_F(PayloadTest, SealsTheApprovedVariablesUnderProjectIds) {
  const auto receipt =
      Run("dose,id,diagnosis,ward\n5,p1,I63,north\n7,p3,\"a,b\",south\n"
          "9,p9,I64,south\n6,p1,I65,west\n");
  ASSERT_TRUE(receipt.ok()) << receipt.error().message;
  std::vector<std::string> lines;
  const PayloadDocument document = Opened(&lines);
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[0], "project_id,diagnosis,dose");
  lines.erase(lines.begin());
  EXPECT_THAT(lines, UnorderedElementsAre(ProjectId(1) + ",I63,5", ProjectId(1) + ",I65,6",
                                          ProjectId(3) + ",\"a,b\",7"));
  EXPECT_EQ(document.of, MapOf(application_, 3).of);
  EXPECT_EQ(document.holder, "alpha");
  EXPECT_THAT(document.variables, ElementsAre("diagnosis", "dose"));
  EXPECT_EQ(document.rows, 3U);
  EXPECT_EQ(document.persons, 2U);
  EXPECT_EQ(document.guard, storage::GuardRecord());
  EXPECT_EQ(receipt.value().dropped, 1U);
  EXPECT_THAT(receipt.value().left_out, ElementsAre("ward"));
  EXPECT_THAT(receipt.value().lacking, ElementsAre());
}

TEST_F(PayloadTest, LeavesOutWhoWithdrewSinceTheMapWasMade) {
  request_.without =
      folder_.Write("list.csv", "local_id,withdrawal\np1,77e077e077e077e077e077e077e077e0\n");
  const auto receipt = Run("id,dose\np1,5\np2,6\np1,7\n");
  ASSERT_TRUE(receipt.ok()) << receipt.error().message;
  std::vector<std::string> lines;
  EXPECT_EQ(Opened(&lines).persons, 1U);
  EXPECT_THAT(lines, ElementsAre("project_id,dose", ProjectId(2) + ",6"));
  EXPECT_EQ(receipt.value().withdrew, 1U);
  EXPECT_EQ(receipt.value().dropped, 2U);
}

TEST_F(PayloadTest, TellsWhatTheRowsLack) {
  const auto receipt = Run("id,dose\np1,5\n");
  ASSERT_TRUE(receipt.ok());
  EXPECT_THAT(receipt.value().lacking, ElementsAre("diagnosis"));
  EXPECT_THAT(receipt.value().variables, ElementsAre("dose"));
  std::filesystem::remove(request_.output);
  ExpectRefused("patient,dose\np1,5\n", "has no column \"id\"");
  ExpectRefused("id,ward\np1,north\n", "none of the variables");
  ExpectRefused("id,dose\nq1,5\nq2,6\n", "column id holds the id of nobody in the map");
}

// The order in the holder's file, such as that of admission, is not that of the package.
TEST_F(PayloadTest, ShufflesRows) {
  constexpr int kRows = 500;
  std::string rows = "id,dose\n";
  for (int i = 0; i < kRows; ++i) rows += "p1," + std::to_string(1000 + i) + "\n";
  ASSERT_TRUE(Run(rows).ok());
  std::vector<std::string> lines;
  Opened(&lines);
  lines.erase(lines.begin());
  ASSERT_EQ(lines.size(), std::size_t{kRows});
  int ascents = 0;
  for (int i = 1; i < kRows; ++i) ascents += lines[i - 1] < lines[i] ? 1 : 0;
  // Of a random order (n - 1) / 2, with a variance of (n + 1) / 12: eight deviations.
  EXPECT_NEAR(ascents, (kRows - 1) / 2.0, 8 * 6.5);
  std::ranges::sort(lines);
  for (int i = 0; i < kRows; ++i) {
    EXPECT_THAT(lines[i], HasSubstr(std::to_string(1000 + i)));
  }
}

TEST_F(PayloadTest, RefusesIdentifierColumns) {
  application_ = SampleApplication({"Surname", "dose"});
  ExpectRefused("id,dose,Surname\np1,5,x\n", "column Surname: is an identifier column");
  request_.columns = {{"surnam", "Surname"}};
  ExpectRefused("id,dose,Surname\np1,5,x\n", "which is no field", ErrorCode::kUsage);
  request_.columns = {};
  request_.allowed = {"Surname", "Surname"};
  const auto receipt = Run("id,dose,Surname\np1,5,x\n");
  ASSERT_TRUE(receipt.ok()) << receipt.error().message;
  std::vector<std::string> lines;
  EXPECT_THAT(Opened(&lines).guard.allowed, ElementsAre("Surname"));
}

TEST_F(PayloadTest, RefusesItsOwnIds) {
  application_ = SampleApplication({"dose", "id"});
  ExpectRefused("id,dose\np1,5\n", "column id: holds your own ids");
  request_.allowed = {"id"};
  ExpectRefused("id,dose\np1,5\n", "column id: holds your own ids");
  request_.allowed = {};
  application_ = SampleApplication({"dose"});
  ExpectRefused("id,dose\np1,p1\np2,p2\np3,7\n", "column dose: most values are the row's own id");
  refs_ =
      kRefsHeader + Ref(1) + ",alpha,patient-1\n" + Ref(2) + ",alpha,2\n" + Ref(3) + ",alpha,3\n";
  ExpectRefused("id,dose\npatient-1,patient-1\n", "column dose: most values are the row's own id");
  EXPECT_TRUE(Run("id,dose\n2,2\n").ok()) << "a short id may be a value by chance";
  std::filesystem::remove(request_.output);
  refs_.replace(refs_.find("patient-1"), 9, "p1");
  application_ = SampleApplication({"dose", "holder"});
  ExpectRefused("id,dose,holder\np1,5,x\n", "column holder");
}

TEST_F(PayloadTest, RefusesMyNumbers) {
  application_ = SampleApplication({"dose"});
  request_.allowed = {"dose"};
  ExpectRefused("id,dose\np1,123456789018\np2,1234-5678-9018\np3,7\n", "column dose: most values");
  request_.allowed = {};
  EXPECT_TRUE(Run("id,dose\np1,123456789018\np2,1\np3,7\n").ok());
}

TEST_F(PayloadTest, RefusesAnIdentifierOfThePersonHoweverItIsWritten) {
  request_.identifiers = {folder_.Write(
      "in.csv", std::string(kIdentifiersHeader) + "p1,Ada,Stone,1971-01-31,F,12345\np2," + kCanary +
                    ",Other,1980-02-03,M,23456\np3,Eve,Third,1990-05-06,F,34567\n")};
  const std::string start = "id,diagnosis,dose\np1,a,5\n";
  ExpectRefused(
      start + "p2," + kCanary + ",5\n",
      "rows.csv: row 3, column diagnosis: is this person's identifier (field given_name)");
  ExpectRefused(start + "p2,b,3 February 1980\n", "row 3, column dose");
  ExpectRefused("id,diagnosis,dose\np3,b,Eve\np1,c,Stone\n", "row 2, column dose");
  // Another person's name may be that of a disease.
  const auto receipt = Run(start + "p2,Stone,5\n");
  ASSERT_TRUE(receipt.ok()) << receipt.error().message;
  EXPECT_TRUE(receipt.value().compared);
  std::vector<std::string> lines;
  EXPECT_TRUE(Opened(&lines).guard.identifiers);
  std::filesystem::remove(request_.output);
  request_.allowed = {"diagnosis"};
  EXPECT_TRUE(Run(start + "p2," + kCanary + ",5\n").ok());
}

TEST_F(PayloadTest, RefusesARowWhosePersonItCannotCompare) {
  request_.identifiers = {
      folder_.Write("in.csv", std::string(kIdentifiersHeader) + "p1,Ada,Stone,1971-01-31,F,1\n")};
  ExpectRefused("id,dose\np1,5\np3,6\np2,7\n", "row 3, column dose: the row's person is in no");
  request_.identifiers.push_back(
      folder_.Write("in2.csv", std::string(kIdentifiersHeader) + "p2,a,b,,,\np3,a,b,,,\n"));
  EXPECT_TRUE(Run("id,dose\np1,5\np3,6\np2,7\n").ok());
}

TEST_F(PayloadTest, RefusesOtherParties) {
  const crypto::Identity other = crypto::IdentityFor(crypto::Role::kResearcher, "institute");
  request_.researcher = &other.certificate();
  ExpectRefused("id,dose\np1,5\n", "is not that of institute", ErrorCode::kRefused);
  request_.researcher = &Researcher().certificate();
  request_.allowed = {"ward"};
  ExpectRefused("id,dose,ward\np1,5,x\n", "--allow-column ward", ErrorCode::kUsage);
  request_.allowed = {};
  const Contract contract = Contract::Parse(ContractTemplate("record")).value();
  SealedMap map = OpenMap(MapOf(application_, 3)).value();
  const auto receipt = AttachPayload(std::move(map), request_, contract, at_.context());
  EXPECT_EQ(receipt.error().code, ErrorCode::kContract);
}

TEST_F(PayloadTest, RefusesAnIdOfTwoPersons) {
  refs_ = kRefsHeader + Ref(1) + ",alpha,p1\n" + Ref(2) + ",alpha,p1\n" + Ref(3) + ",alpha,p3\n";
  ExpectRefused("id,dose\np1,5\n", "one local id to two persons");
}

class SealedMapTest : public PayloadTest {
 protected:
  void ExpectNoMap(const storage::MapDocument& document, const std::string& what,
                   ErrorCode code = ErrorCode::kRefused) {
    const auto map = OpenMap(document);
    ASSERT_FALSE(map.ok()) << what;
    EXPECT_EQ(map.error().code, code) << map.error().message;
    EXPECT_THAT(map.error().message, HasSubstr(what));
  }

  static std::string Replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    MUSUBI_CHECK(at != std::string::npos);
    return text.replace(at, from.size(), to);
  }
};

TEST_F(SealedMapTest, OpensForItsHolder) {
  const auto map = OpenMap(MapOf(application_, 3));
  ASSERT_TRUE(map.ok()) << map.error().message;
  EXPECT_EQ(map.value().application, application_);
  EXPECT_THAT(ScopeOf(map.value()).variables, ElementsAre("diagnosis", "dose"));
}

TEST_F(SealedMapTest, OpensForNoOneElse) {
  SealMap(folder_ / "map.pkg", MapOf(application_, 3, "beta"), map_, crypto::Beta().certificate());
  EXPECT_THAT(Open(folder_ / "map.pkg").error().message, HasSubstr("not for yours"));
  ExpectNoMap(MapOf(application_, 3, "beta"), "it is the map of beta");
  // By a unit, or a holder, that is not pinned as one.
  const crypto::Identity other = crypto::IdentityFor(crypto::Role::kUnit, "unit");
  SealMap(folder_ / "map.pkg", MapOf(application_, 3), map_, crypto::Alpha().certificate(), other);
  EXPECT_EQ(Open(folder_ / "map.pkg").error().code, ErrorCode::kRefused);
  SealMap(folder_ / "map.pkg", MapOf(application_, 3), map_, crypto::Alpha().certificate(),
          Review());
  EXPECT_THAT(Open(folder_ / "map.pkg").error().message, HasSubstr("only a unit sends"));
}

TEST_F(SealedMapTest, RefusesAnotherContract) {
  Application other = application_;
  other.contract.fill(0x33);
  ExpectNoMap(MapOf(other, 3), "another contract", ErrorCode::kContract);
  SealMap(folder_ / "map.pkg", MapOf(application_, 3), map_);
  SealedMapRequest request;
  request.file = folder_ / "map.pkg";
  request.holder = &crypto::Alpha();
  request.trusted = {crypto::Unit().certificate(), Review().certificate()};
  request.contract = other.contract;
  request.folder = folder_ / "";
  EXPECT_EQ(OpenSealedMap(request, at_.context()).error().code, ErrorCode::kContract);
}

// The unit cannot give a holder an approval that no review body gave.
TEST_F(SealedMapTest, RefusesWhatIsNotApproved) {
  storage::MapDocument document = MapOf(application_, 3);
  document.decisions = {};
  ExpectNoMap(document, "whose approval is in it: 0, and 1 are asked for");
  document.decisions = {Replaced(Decided(application_), "\"dose\"", "\"name\"")};
  ExpectNoMap(document, "changed");
  document.decisions = {Decided(application_, storage::ProjectVerdict::kReject)};
  ExpectNoMap(document, "approves nothing");
  document.decisions = {Decided(application_), Decided(application_)};
  ExpectNoMap(document, "two of its decisions are of one review body");
  Application wider = application_;
  wider.holders[0].variables.push_back("ward");
  document.decisions = {Decided(application_),
                        Decided(wider, storage::ProjectVerdict::kApprove, OtherReview())};
  ExpectNoMap(document, "different applications");
  document.decisions = {Decided(wider)};
  ExpectNoMap(document, "of another project than the one that was approved");
  const crypto::Identity stranger = crypto::IdentityFor(crypto::Role::kReview, "board");
  document.decisions = {Decided(application_, storage::ProjectVerdict::kApprove, stranger)};
  ExpectNoMap(document, "signed by");
  document.decisions = {Decided(application_),
                        Decided(application_, storage::ProjectVerdict::kApprove, OtherReview())};
  EXPECT_TRUE(OpenMap(document).ok());
}

// A unit that leaves an approval out, or never asked for a second one, is found by who asks for
// two.
TEST_F(SealedMapTest, RefusesFewerApprovalsThanAreAskedFor) {
  approvals_ = 2;
  storage::MapDocument document = MapOf(application_, 3);
  ExpectNoMap(document, "whose approval is in it: 1, and 2 are asked for");
  document.decisions.push_back(
      Decided(application_, storage::ProjectVerdict::kApprove, OtherReview()));
  EXPECT_TRUE(OpenMap(document).ok());
  const crypto::Identity renewed = crypto::IdentityFor(crypto::Role::kReview, "board");
  renewed_ = &renewed;
  document.decisions.back() = Decided(application_, storage::ProjectVerdict::kApprove, renewed);
  ExpectNoMap(document, "two of its decisions are of one review body");
}

TEST_F(SealedMapTest, RefusesAnApprovalThatHasRunOut) {
  SealMap(folder_ / "map.pkg", MapOf(application_, 3), map_);
  EXPECT_TRUE(Open(folder_ / "map.pkg", application_.expires).ok());
  const auto late = Open(folder_ / "map.pkg", application_.expires + 1);
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().code, ErrorCode::kRefused);
  EXPECT_THAT(late.error().message, HasSubstr("expired at 2026-12-30T12:00:00Z"));
}

TEST_F(SealedMapTest, RefusesAProjectWithoutThisHolder) {
  Application other = application_;
  other.holders.erase(other.holders.begin());
  ExpectNoMap(MapOf(other, 3), "approved without records of alpha");
}

TEST_F(SealedMapTest, GivesLinksAsAPlainMapDoes) {
  SealedMap map = OpenMap(MapOf(application_, 3)).value();
  const auto receipt = Attach(std::move(map.table), {{folder_.Write("refs.csv", refs_)}},
                              folder_ / "links.csv", storage::Overwrite::kRefuse, {});
  ASSERT_TRUE(receipt.ok()) << receipt.error().message;
  EXPECT_EQ(receipt.value().persons, 3U);
  EXPECT_THAT(folder_.Read("links.csv"), HasSubstr(ProjectId(2) + ",alpha,p2\n"));
}

TEST_F(SealedMapTest, HasAsManyRowsAsItSays) {
  SealedMap map = OpenMap(MapOf(application_, 4)).value();
  const auto receipt = Attach(std::move(map.table), {{folder_.Write("refs.csv", refs_)}},
                              folder_ / "links.csv", storage::Overwrite::kRefuse, {});
  ASSERT_FALSE(receipt.ok());
  EXPECT_EQ(receipt.error().code, ErrorCode::kBadData);
  EXPECT_THAT(receipt.error().message, HasSubstr("map.pkg: its rows are not as many"));
}

}  // namespace
}  // namespace musubi::engine
