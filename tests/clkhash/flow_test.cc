// CSV to a file of CLKs, through the whole flow.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/encode/encode_clkhash.h"
#include "tests/clkhash/samples.h"
#include "tests/crypto/temporary_folder.h"

namespace musubi::engine {
namespace {

using clkhash::BytesOf;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view kSchema =
    R"({"version":3,"clkConfig":{"l":64,"kdf":{"type":"HKDF"},"xorFolds":1},"features":[
{"identifier":"id","ignored":true},
{"identifier":"name","format":{"type":"string","case":"lower"},
 "hashing":{"comparison":{"type":"ngram","n":2},"strategy":{"bitsPerToken":3}}},
{"identifier":"born","format":{"type":"date","format":"%Y-%m-%d"},
 "hashing":{"comparison":{"type":"exact"},"strategy":{"bitsPerToken":9}}}]})";

constexpr std::string_view kRows = "a1,anna,1984-02-01\na2,\"o'hara, b\",1990-12-31\n";

class Warnings : public Observer {
 public:
  void OnWarning(std::string_view message) override { all.emplace_back(message); }
  std::vector<std::string> all;
};

class EncodeClkhashTest : public testing::Test {
 protected:
  EncodeClkhashTest() {
    request_.input = folder_ / "in.csv";
    request_.schema = kSchema;
    request_.output = folder_ / "clks.json";
    context_.observer = &warnings_;
  }

  void Write(const std::string& text) {
    crypto::WriteFile(request_.input, crypto::Text(text), 0600);
  }

  Result<ClkhashReceipt> Run() {
    return EncodeClkhash(request_, crypto::TextSecret::Of(BytesOf("secret")), context_);
  }

  // The message of the error that must come, and that nothing else may.
  std::string Trouble(ErrorCode code = ErrorCode::kBadData) {
    const auto receipt = Run();
    if (receipt.ok()) return "none";
    EXPECT_EQ(receipt.error().code, code);
    EXPECT_THAT(folder_.Names(), ElementsAre("in.csv"));
    return receipt.error().message;
  }

  std::string Output() const {
    const auto bytes = crypto::ReadFile(request_.output);
    return {bytes.begin(), bytes.end()};
  }

  crypto::TemporaryFolder folder_;
  ClkhashRequest request_;
  ExecContext context_;
  Warnings warnings_;
};

TEST_F(EncodeClkhashTest, WritesClksAndReferences) {
  Write("id,name,born\n" + std::string(kRows));
  request_.refs = folder_ / "refs.csv";
  request_.holder = "north";
  request_.id_column = "id";
  const auto receipt = Run();
  ASSERT_TRUE(receipt.ok()) << receipt.error().message;
  EXPECT_EQ(receipt.value().rows, 2U);
  EXPECT_EQ(receipt.value().bits, 64U);
  EXPECT_EQ(receipt.value().row_bytes, 8U);
  const auto refs = crypto::ReadFile(request_.refs);
  EXPECT_EQ(std::string(refs.begin(), refs.end()),
            "record_ref,holder,local_id\n"
            "6cdb48464b61c7fe30cf95d19e92b293,north,a1\n"
            "c902f4007be6c548bb8650c4b72f814e,north,a2\n");
  EXPECT_EQ(crypto::ModeOf(request_.refs), 0600U);
  EXPECT_EQ(crypto::ModeOf(request_.output), 0644U);
  EXPECT_THAT(warnings_.all, ElementsAre(HasSubstr("xorFolds is ignored")));
  const auto clks = storage::ReadClksJson(request_.output, 64);
  ASSERT_TRUE(clks.ok());
  EXPECT_EQ(clks.value().rows(), 2U);
}

TEST_F(EncodeClkhashTest, TheHeaderIsWhatTheRequestSays) {
  Write("id,name,born\n" + std::string(kRows));
  ASSERT_TRUE(Run().ok());
  const std::string strict = Output();
  Write("x\n" + std::string(kRows));
  request_.overwrite = storage::Overwrite::kReplace;
  request_.header = ClkHeader::kIgnore;
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(Output(), strict);
  Write(std::string(kRows));
  request_.header = ClkHeader::kNone;
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(Output(), strict);
}

TEST_F(EncodeClkhashTest, AnotherHeaderIsRefused) {
  Write("id,born,name\n" + std::string(kRows));
  EXPECT_THAT(Trouble(), AllOf(HasSubstr("in.csv: row 1, column 2"), HasSubstr("\"name\"")));
  Write("id,name\n");
  EXPECT_THAT(Trouble(), HasSubstr("has 2 columns, the schema 3 features"));
  Write("id, name,born\n");
  EXPECT_THAT(Trouble(), HasSubstr("column 2"));
  Write("\xEF\xBB\xBFid,name,born\n");
  EXPECT_THAT(Trouble(), HasSubstr("byte order mark"));
  Write("");
  EXPECT_THAT(Trouble(), HasSubstr("is empty"));
}

TEST_F(EncodeClkhashTest, TroubleNamesRowAndColumnAndNoValue) {
  Write("id,name,born\n" + std::string(kRows) + "a3,Zaphod,1984-02-01\n");
  EXPECT_THAT(Trouble(), AllOf(HasSubstr("in.csv: row 4, column name: the value is not in lower"),
                               Not(HasSubstr("Zaphod"))));
  request_.validate = false;
  ASSERT_TRUE(Run().ok());
  std::filesystem::remove(request_.output);
  Write("id,name,born\na1,anna,1984-02-31\n");
  EXPECT_THAT(Trouble(), AllOf(HasSubstr("row 2, column born"), Not(HasSubstr("02-31"))));
  Write("id,name,born\na1,anna\n");
  EXPECT_THAT(Trouble(), HasSubstr("row 2: it has 2 cells, the schema 3 features"));
  Write("id,name,born\n\n" + std::string(kRows));
  EXPECT_THAT(Trouble(), HasSubstr("row 2: it has 0 cells"));
}

TEST_F(EncodeClkhashTest, TheFirstErrorOfTheFileIsTold) {
  std::string rows = "id,name,born\n";
  for (int i = 0; i < 5000; ++i) {
    rows += std::to_string(i) + (i == 2500 || i == 4000 ? ",anna,x\n" : ",anna,1984-02-01\n");
  }
  Write(rows);
  context_.threads = 2;
  EXPECT_THAT(Trouble(), HasSubstr("row 2502"));
}

TEST_F(EncodeClkhashTest, IdsMustBeThereAndUnique) {
  request_.refs = folder_ / "refs.csv";
  request_.holder = "north";
  request_.id_column = "id";
  Write("id,name,born\na1,anna,1984-02-01\n,anna,1984-02-01\n");
  EXPECT_THAT(Trouble(), HasSubstr("row 3, column id: the id is empty"));
  Write("id,name,born\na1,anna,1984-02-01\na1,anna,1984-02-01\n");
  EXPECT_THAT(Trouble(), HasSubstr("row 3, column id: the id stands in row 2 already"));
  request_.id_column = "number";
  EXPECT_THAT(Trouble(ErrorCode::kUsage), HasSubstr("id column"));
  request_.id_column = "id";
  request_.holder = "North!";
  EXPECT_THAT(Trouble(ErrorCode::kUsage), HasSubstr("holder"));
}

TEST_F(EncodeClkhashTest, AnyNumberOfThreadsGivesTheSameBytes) {
  std::string rows = "id,name,born\n";
  for (int i = 0; i < 10'000; ++i) {
    rows += std::to_string(i) + ",n" + std::to_string(i % 97) + ",19" +
            std::to_string(10 + i % 80) + "-01-01\n";
  }
  Write(rows);
  request_.overwrite = storage::Overwrite::kReplace;
  std::vector<std::string> outputs;
  for (const int threads : {1, 2, 5}) {
    for (const storage::ClksForm form : {storage::ClksForm::kJson, storage::ClksForm::kBinary}) {
      context_.threads = threads;
      request_.form = form;
      ASSERT_TRUE(Run().ok());
      outputs.push_back(Output());
    }
  }
  EXPECT_EQ(outputs[0], outputs[2]);
  EXPECT_EQ(outputs[0], outputs[4]);
  EXPECT_EQ(outputs[1].size(), 80'000U);
  EXPECT_EQ(outputs[1], outputs[3]);
  EXPECT_EQ(outputs[1], outputs[5]);
}

TEST_F(EncodeClkhashTest, NothingAppearsWhenItIsStopped) {
  Write("id,name,born\n" + std::string(kRows));
  const std::atomic<bool> stop = true;
  context_.stop = &stop;
  EXPECT_THAT(Trouble(ErrorCode::kInterrupted), Not(IsEmpty()));
}

TEST_F(EncodeClkhashTest, OutputsAreNotOverwrittenUnasked) {
  Write("id,name,born\n" + std::string(kRows));
  ASSERT_TRUE(Run().ok());
  const auto again = Run();
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code, ErrorCode::kExists);
}

TEST_F(EncodeClkhashTest, NoRecordsAreAnEmptyFile) {
  Write("id,name,born\n");
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(Output(), R"({"clks": []})");
}

}  // namespace
}  // namespace musubi::engine
