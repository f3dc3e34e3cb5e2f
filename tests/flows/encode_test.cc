// The holder's flow: what is encoded, what is set aside, what never appears.
#include <gmock/gmock.h>

#include "tests/flows/main_job.h"

namespace musubi::flows {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kHeader = "id,given_name,surname,birth_date,sex,postcode\n";

std::string Csv(const std::string& rows) { return std::string(kHeader) + rows; }

TEST(EncodeTest, CountsWhatEachFieldWas) {
  MainJob job(ContractTemplate("western"), 1, 1);
  const auto receipt = job.Encode("a", Csv("1,Anna,Abel,1970-01-31,F,12345\n"
                                           "2,,Bauer,1970-02-31,x,\n"));
  EXPECT_EQ(receipt.encoded(), 2U);
  EXPECT_EQ(receipt.fields[0].missing, 1U);  // given name
  EXPECT_EQ(receipt.fields[2].present, 1U);  // birth date
  EXPECT_EQ(receipt.fields[2].invalid, 1U);
  EXPECT_EQ(receipt.fields[3].invalid, 1U);  // sex
  EXPECT_EQ(receipt.fields[4].missing, 1U);  // postcode
}

TEST(EncodeTest, SetsRowsAsideWithRowColumnAndReason) {
  MainJob job(ContractTemplate("western"), 1, 1);
  const auto receipt = job.Encode("a", Csv("1,Anna,Abel,1970-01-31,F,12345\n"
                                           ",Berta,Bauer,1970-01-31,F,12345\n"
                                           "3,Carla\n"
                                           "4,,,,,\n"
                                           "5,\xFFzz,Drews,1970-01-31,F,12345\n"));
  EXPECT_EQ(receipt.encoded(), 1U);
  EXPECT_EQ(receipt.rejected, 4U);
  const std::string rejects = BytesOf(job.File("a.rejects.csv"));
  EXPECT_THAT(rejects, HasSubstr("3,id,the id is empty\n"));
  EXPECT_THAT(rejects, HasSubstr("\"the row has 2 cells, the header has 6\""));
  EXPECT_THAT(rejects, HasSubstr("5,,every field of the contract is missing\n"));
  EXPECT_THAT(rejects, HasSubstr("6,given_name,"));
  EXPECT_THAT(rejects, Not(HasSubstr("Carla")));
  EXPECT_THAT(rejects, Not(HasSubstr("zz")));
}

TEST(EncodeTest, KeepsAnImpossibleDateWhereTheContractSaysSo) {
  MainJob job(ContractTemplate("western"), 1, 1);
  job.Encode("a", Csv("1,Anna,Abel,1970-02-31,F,12345\n2,Anna,Abel,,F,12345\n"));
  const auto file = storage::ReadEncodingFile(job.File("a.enc"), job.contract()).value();
  constexpr std::size_t kBirthDate = 2;
  EXPECT_EQ(
      file.records.filters[kBirthDate].present[0] + file.records.filters[kBirthDate].present[1], 1);
}

TEST(EncodeTest, SameTextGivesSameFiltersUnderOneSecretAndOthersUnderAnother) {
  const std::string csv = Csv("1,Anna,Abel,1970-01-31,F,12345\n");
  const auto row = [&](std::uint64_t seed, const std::string& holder) {
    MainJob job(ContractTemplate("western"), 1, seed);
    job.Encode(holder, csv);
    const auto file = storage::ReadEncodingFile(job.File(holder + ".enc"), job.contract()).value();
    const auto words = file.records.filters[0].bits.row(0);
    return std::pair(std::vector<std::uint64_t>(words.begin(), words.end()),
                     file.manifest.key_check);
  };
  EXPECT_EQ(row(1, "a"), row(1, "b"));
  EXPECT_NE(row(1, "a").first, row(2, "a").first);
  EXPECT_NE(row(1, "a").second.key, row(2, "a").second.key);
  EXPECT_NE(row(1, "a").second.encoder, row(2, "a").second.encoder);
}

// A Shift_JIS export has Japanese headers too.
TEST(EncodeTest, ReadsColumnNamesInTheInputsCharset) {
  MainJob job(ContractTemplate("western"), 1, 1);
  // 患者,given_name,... in CP932
  WriteText(job.File("a.csv"),
            "\x8A\xB3\x8E\xD2,given_name,surname,birth_date,sex,postcode\n"
            "1,Anna,Abel,1970-01-31,F,12345\n");
  SeededRandom random(1);
  const auto secret = crypto::LinkageSecret::Generate(random).value();
  engine::EncodeRequest request;
  request.input = job.File("a.csv");
  request.holder = "a";
  request.id_column = "患者";
  request.charset = identity::Charset::kCp932;
  request.output = job.File("a.enc");
  request.refs = job.File("a.refs.csv");
  EXPECT_TRUE(engine::Encode(request, job.contract(), secret, job.context()).ok());
  request.charset = identity::Charset::kUtf8;
  request.overwrite = storage::Overwrite::kReplace;
  const auto wrong = engine::Encode(request, job.contract(), secret, job.context());
  ASSERT_FALSE(wrong.ok());
  EXPECT_THAT(wrong.error().message, HasSubstr("row 1, column 1"));
}

TEST(EncodeTest, ReportsTheFirstRepeatedId) {
  MainJob job(ContractTemplate("western"), 1, 1);
  WriteText(job.File("a.csv"), Csv("7,Anna,Abel,1970-01-31,F,12345\n"
                                   "8,Berta,Bauer,1970-01-31,F,12345\n"
                                   "7,Carla,Conrad,1970-01-31,F,12345\n"));
  SeededRandom random(1);
  const auto secret = crypto::LinkageSecret::Generate(random).value();
  engine::EncodeRequest request;
  request.input = job.File("a.csv");
  request.holder = "a";
  request.id_column = "id";
  request.output = job.File("a.enc");
  request.refs = job.File("a.refs.csv");
  const auto receipt = engine::Encode(request, job.contract(), secret, job.context());
  ASSERT_FALSE(receipt.ok());
  EXPECT_EQ(receipt.error().code, ErrorCode::kBadData);
  EXPECT_THAT(receipt.error().message, HasSubstr("row 4, column id"));
  EXPECT_THAT(receipt.error().message, HasSubstr("row 2"));
  EXPECT_FALSE(std::filesystem::exists(request.output));
  EXPECT_FALSE(std::filesystem::exists(request.refs));
}

}  // namespace
}  // namespace musubi::flows
