#include "storage/sealed_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "storage/release_documents.h"
#include "tests/crypto/temporary_folder.h"
#include "tests/storage/package_samples.h"

namespace musubi::storage {
namespace {

using testing::HasSubstr;

std::span<const std::uint8_t> BytesOf(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

class SealedTableTest : public testing::Test {
 protected:
  Result<SealedTable> Seal(std::string_view document, const std::string& table) {
    const TableContent content = {"map", document, table.size(),
                                  [&table](const ByteSink& out) { return out(BytesOf(table)); }};
    return SealTable(Request(), content, {file_, Overwrite::kReplace, 0600}, at_.context());
  }

  Result<OpenedTable> Open(std::string_view name = "map") {
    return OpenSealedTable(file_, SampleExpectation(), crypto::Unit(), name, folder_.path(),
                           at_.context());
  }

  // Seals any content.
  void SealBytes(const Bytes& content) { WritePackage(file_, content, Request()); }

  PackageRequest Request() const {
    PackageRequest request = SampleRequest(folder_.path());
    request.segment_bytes = crypto::kMaxCmsBytes;
    return request;
  }

  crypto::TemporaryFolder folder_;
  std::filesystem::path file_ = folder_ / "x.pkg";
  At at_;
};

TEST_F(SealedTableTest, GivesBackWhatWasSealed) {
  for (const std::string& table :
       {std::string(), std::string("a,b\n1,2\n"), std::string(1'000'000, 'x')}) {
    const auto sealed = Seal("{}\n", table);
    ASSERT_TRUE(sealed.ok()) << sealed.error().message;
    EXPECT_EQ(sealed.value().sha256, crypto::Sha256(crypto::ReadFile(file_)));
    auto opened = Open();
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    EXPECT_EQ(opened.value().document, "{}\n");
    EXPECT_EQ(opened.value().sender, crypto::Alpha().certificate());
    EXPECT_EQ(opened.value().manifest.id, sealed.value().manifest.id);
    Bytes read(table.size() + 1);
    read.resize(ReadFully(opened.value().table, "table", read).value());
    EXPECT_TRUE(std::ranges::equal(read, BytesOf(table)));
    EXPECT_THAT(folder_.Names(), testing::ElementsAre("x.pkg"));
  }
}

TEST_F(SealedTableTest, IsPrivateAndAppearsWhole) {
  ASSERT_TRUE(Seal("{}", "a\n").ok());
  EXPECT_EQ(crypto::ModeOf(file_), 0600U);
  std::filesystem::remove(file_);
  const TableContent content = {"map", "{}", 2, [](const ByteSink& /*out*/) -> Status {
                                  return Error{ErrorCode::kInterrupted, "stopped"};
                                }};
  EXPECT_EQ(SealTable(Request(), content, {file_}, at_.context()).error().code,
            ErrorCode::kInterrupted);
  EXPECT_TRUE(folder_.Names().empty());
}

TEST_F(SealedTableTest, RefusesWhatHoldsSomethingElse) {
  ASSERT_TRUE(Seal("{}", "a\n").ok());
  EXPECT_THAT(Open("payload").error().message, HasSubstr("payload.json"));
  const auto refusal = [&](const std::vector<TarMember>& members) {
    SealBytes(TarOf(members));
    const auto opened = Open();
    EXPECT_FALSE(opened.ok());
    return opened.ok() ? Error{ErrorCode::kInternal, "accepted"} : opened.error();
  };
  const TarMember document = {"map.json", crypto::Text("{}")};
  const TarMember table = {"map.csv", crypto::Text("a\n")};
  for (const auto& members :
       std::vector<std::vector<TarMember>>{{},
                                           {document},
                                           {table, document},
                                           {document, table, table},
                                           {document, {"map.txt", crypto::Text("a\n")}}}) {
    EXPECT_EQ(refusal(members).code, ErrorCode::kBadData);
  }
  EXPECT_THAT(refusal({{"map.json", Bytes(kMaxDocumentBytes + 1)}, table}).message,
              HasSubstr("larger than"));
  SealBytes(crypto::Text("no archive"));
  EXPECT_EQ(Open().error().code, ErrorCode::kBadData);
}

ReleaseOf SampleRelease() {
  ReleaseOf of{"stroke", 3, 7, {}};
  of.application.fill(0xab);
  return of;
}

TEST(ReleaseDocumentsTest, AreReadAsTheyAreWritten) {
  const MapDocument map = {SampleRelease(), "alpha", 5, {"one", "two\n"}};
  const auto map_read = ParseMapDocument(DocumentText(map), "f").value();
  EXPECT_EQ(map_read.of, map.of);
  EXPECT_EQ(map_read.holder, map.holder);
  EXPECT_EQ(map_read.records, map.records);
  EXPECT_EQ(map_read.decisions, map.decisions);
  const PayloadDocument payload = {SampleRelease(), "alpha", {"a", "投与量"}, 5, 4, {true, {"a"}}};
  const auto payload_read = ParsePayloadDocument(DocumentText(payload), "f").value();
  EXPECT_EQ(payload_read.of, payload.of);
  EXPECT_EQ(payload_read.variables, payload.variables);
  EXPECT_EQ(payload_read.rows, 5U);
  EXPECT_EQ(payload_read.persons, 4U);
  EXPECT_EQ(payload_read.guard, payload.guard);
  const ChangesDocument changes = {SampleRelease(), 4, 2};
  const auto changes_read = ParseChangesDocument(DocumentText(changes), "f").value();
  EXPECT_EQ(changes_read.since_epoch, 4U);
  EXPECT_EQ(changes_read.ids, 2U);
}

// The examples of docs/formats/release.md.
TEST(ReleaseDocumentsTest, HaveTheFormOfTheirPage) {
  ReleaseOf of{"stroke", 1, 2, {}};
  of.application.fill(0xab);
  std::string digest;
  for (int i = 0; i < 32; ++i) digest += "ab";
  EXPECT_EQ(DocumentText(ChangesDocument{of, 1, 3}),
            "{\"application\":\"" + digest +
                "\",\"epoch\":2,\"format\":\"musubi-changes\",\"ids\":3,\"project\":\"stroke\","
                "\"release\":1,\"since_epoch\":1,\"version\":1}\n");
  EXPECT_EQ(DocumentText(PayloadDocument{of, "clinic", {"dose"}, 5, 4, {true, {}}}),
            "{\"application\":\"" + digest +
                "\",\"epoch\":2,\"format\":\"musubi-payload\",\"guard\":{\"allowed\":[],"
                "\"identifiers\":true},\"holder\":\"clinic\",\"persons\":4,\"project\":\"stroke\","
                "\"release\":1,\"rows\":5,\"variables\":[\"dose\"],\"version\":1}\n");
}

// Every change of one byte is refused.
TEST(ReleaseDocumentsTest, HaveOneForm) {
  const std::string text = DocumentText(ChangesDocument{SampleRelease(), 4, 2});
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const char c : {' ', '0', 'Z', '"', '}'}) {
      std::string changed = text;
      if (changed[i] == c) continue;
      changed[i] = c;
      const auto read = ParseChangesDocument(changed, "f");
      EXPECT_TRUE(!read.ok() || DocumentText(read.value()) == changed) << changed;
    }
    EXPECT_FALSE(ParseChangesDocument(text.substr(0, i), "f").ok());
  }
  EXPECT_EQ(ParseMapDocument(text, "f").error().code, ErrorCode::kBadData);
  EXPECT_THAT(ParseMapDocument("{\"format\":\"musubi-map\",\"version\":2}", "f").error().message,
              HasSubstr("version 1"));
}

}  // namespace
}  // namespace musubi::storage
