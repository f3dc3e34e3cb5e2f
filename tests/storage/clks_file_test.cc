#include "storage/clks_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "file_samples.h"
#include "storage/base64.h"
#include "storage/python_csv_reader.h"

namespace musubi::storage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using Rows = std::vector<std::vector<std::uint8_t>>;

// The file that the writer makes of `rows`.
std::string Written(ClksForm form, std::size_t row_bytes, const Rows& rows) {
  const ScratchFolder folder;
  auto out = AtomicFile::Create(folder / "clks", Overwrite::kRefuse, 0644);
  MUSUBI_CHECK(out.ok());
  ClksWriter writer(form, row_bytes, &out.value());
  for (const auto& row : rows) MUSUBI_CHECK(writer.Append(row).ok());
  MUSUBI_CHECK(writer.Finish().ok() && out.value().Commit().ok());
  return ReadWhole(folder / "clks");
}

Result<Clks> ReadJson(std::string_view text, std::optional<std::uint32_t> bits = std::nullopt) {
  const ScratchFolder folder;
  WriteWhole(folder / "clks.json", text);
  return ReadClksJson(folder / "clks.json", bits);
}

std::string Trouble(std::string_view text, std::optional<std::uint32_t> bits = std::nullopt) {
  const auto clks = ReadJson(text, bits);
  if (clks.ok()) return "none";
  EXPECT_EQ(clks.error().code, ErrorCode::kBadData);
  return clks.error().message;
}

// What json.dump({"clks": ["/wA=", "AQI="]}, file) writes.
TEST(ClksFileTest, JsonIsThatOfPython) {
  EXPECT_EQ(Written(ClksForm::kJson, 2, {{0xFF, 0x00}, {0x01, 0x02}}),
            R"({"clks": ["/wA=", "AQI="]})");
  EXPECT_EQ(Written(ClksForm::kJson, 2, {}), R"({"clks": []})");
  EXPECT_EQ(Written(ClksForm::kBinary, 2, {{'a', 'b'}, {'c', 'd'}}), "abcd");
}

TEST(ClksFileTest, WhatIsWrittenIsRead) {
  std::mt19937_64 random(3);
  for (const std::size_t row_bytes : {1U, 2U, 3U, 125U, 128U}) {
    Rows rows(50);
    std::vector<std::uint8_t> all;
    for (auto& row : rows) {
      for (std::size_t i = 0; i < row_bytes; ++i) {
        row.push_back(static_cast<std::uint8_t>(random()));
      }
      all.insert(all.end(), row.begin(), row.end());
    }
    const auto clks = ReadJson(Written(ClksForm::kJson, row_bytes, rows));
    ASSERT_TRUE(clks.ok()) << clks.error().message;
    EXPECT_EQ(clks.value().row_bytes, row_bytes);
    EXPECT_EQ(clks.value().bytes, all);
    const ScratchFolder folder;
    WriteWhole(folder / "binary", Written(ClksForm::kBinary, row_bytes, rows));
    const auto binary = ReadClksBinary(folder / "binary", rows.size(), row_bytes, std::nullopt);
    ASSERT_TRUE(binary.ok()) << binary.error().message;
    EXPECT_EQ(binary.value().bytes, all);
    EXPECT_FALSE(ReadClksBinary(folder / "binary", rows.size() + 1, row_bytes, std::nullopt).ok());
    EXPECT_FALSE(ReadClksBinary(folder / "binary", rows.size() - 1, row_bytes, std::nullopt).ok());
  }
}

TEST(ClksFileTest, OtherMembersAndLineBreaksArePassedOver) {
  const auto clks = ReadJson(
      "{\"a\": [\"x\", {\"clks\": 7}], \"n\": -1.5e3,\r\n"
      " \"clks\": [\"/\\nwA=\\r\\n\", \"AQI=\"], \"z\": null}",
      16);
  ASSERT_TRUE(clks.ok()) << clks.error().message;
  EXPECT_THAT(clks.value().bytes, ElementsAre(0xFF, 0x00, 0x01, 0x02));
  EXPECT_EQ(ReadJson(R"({"clks":[]})", 16).value().rows(), 0U);
  EXPECT_EQ(ReadJson(R"({"clks":[]})").value().rows(), 0U);
}

TEST(ClksFileTest, TroubleIsNamedByItsEntry) {
  EXPECT_THAT(Trouble(R"({"clks":["/wA=","AQI"]})"), HasSubstr("/clks/1 is not base64"));
  EXPECT_THAT(Trouble(R"({"clks":["/wA=","A I="]})"), HasSubstr("/clks/1 is not base64"));
  EXPECT_THAT(Trouble(R"({"clks":["/wA=","AQJ="]})"), HasSubstr("/clks/1 is not base64"));
  EXPECT_THAT(Trouble(R"({"clks":["/wA=","AQ=="]})"),
              HasSubstr("/clks/1 has 1 bytes instead of 2"));
  EXPECT_THAT(Trouble(R"({"clks":["/wA="]})", 24), HasSubstr("/clks/0 has 2 bytes instead of 3"));
  EXPECT_THAT(Trouble(R"({"clks":["/wA=", 3]})"), HasSubstr("/clks/1 is not a text"));
  EXPECT_THAT(Trouble(R"({"clks":[["/wA="]]})"), HasSubstr("/clks/0 is not a text"));
  EXPECT_THAT(Trouble(R"({"clks":[""]})"), HasSubstr("/clks/0 is empty"));
  EXPECT_EQ(Trouble(R"({"clks":["/wA="]})", 9), "none");
  EXPECT_THAT(Trouble(R"({"clks":["/0A="]})", 9),
              HasSubstr("/clks/0 has bits set behind its last"));
}

TEST(ClksFileTest, WhatIsNoSuchFileIsRefused) {
  EXPECT_THAT(Trouble(""), HasSubstr("not JSON at byte"));
  EXPECT_THAT(Trouble(R"({"clks":["/wA="])"), HasSubstr("not JSON at byte"));
  EXPECT_THAT(Trouble(R"({"clks":["/wA="]} x)"), HasSubstr("not JSON at byte"));
  EXPECT_THAT(Trouble("[]"), HasSubstr("not an object"));
  EXPECT_THAT(Trouble("7"), HasSubstr("not an object"));
  EXPECT_THAT(Trouble(R"({"clk":[]})"), HasSubstr("has no array"));
  EXPECT_THAT(Trouble(R"({"clks":"x"})"), HasSubstr("is not an array"));
  EXPECT_THAT(Trouble(R"({"clks":{"clks":[]}})"), HasSubstr("is not an array"));
  EXPECT_THAT(Trouble(R"({"clks":[],"clks":[]})"), HasSubstr("twice"));
}

// A text without end must not be gathered in memory.
TEST(ClksFileTest, TextsWithoutEndAreGivenUp) {
  const std::string text = "{\"clks\":[\"" + std::string(std::size_t{6} << 20, 'A');
  EXPECT_THAT(Trouble(text), HasSubstr("longer than 4 MiB"));
  const auto long_row = ReadJson("{\"clks\":[\"" + std::string(std::size_t{2} << 20, 'A') + "\"]}");
  EXPECT_TRUE(long_row.ok());
}

TEST(ClksFileTest, AMissingFileIsNoInput) {
  EXPECT_EQ(ReadClksJson("/no/such/file", std::nullopt).error().code, ErrorCode::kNoInput);
  EXPECT_EQ(ReadClksBinary("/no/such/file", 1, 1, std::nullopt).error().code, ErrorCode::kNoInput);
}

// RFC 4648, section 10.
TEST(Base64Test, AgreesWithRfc4648) {
  for (const auto& [plain, coded] :
       std::vector<std::pair<std::string, std::string>>{{"", ""},
                                                        {"f", "Zg=="},
                                                        {"fo", "Zm8="},
                                                        {"foo", "Zm9v"},
                                                        {"foob", "Zm9vYg=="},
                                                        {"fooba", "Zm9vYmE="},
                                                        {"foobar", "Zm9vYmFy"}}) {
    std::string text;
    AppendBase64({reinterpret_cast<const std::uint8_t*>(plain.data()), plain.size()}, &text);
    EXPECT_EQ(text, coded);
    std::vector<std::uint8_t> bytes;
    EXPECT_TRUE(DecodeBase64(coded, &bytes));
    EXPECT_EQ(std::string(bytes.begin(), bytes.end()), plain);
  }
  std::vector<std::uint8_t> bytes;
  for (const std::string_view bad : {"Zg", "Zg=", "Zg===", "Z===", "====", "=",
                                     "Zm9v=", "Zg==Zg==", "Zh==", "Zm9=", "Zm-v", "Zm 9v"}) {
    EXPECT_FALSE(DecodeBase64(bad, &bytes)) << bad;
  }
}

using CsvRows = std::vector<std::vector<std::string>>;

CsvRows PythonRows(std::string_view text) {
  const ScratchFolder folder;
  WriteWhole(folder / "in.csv", text);
  auto reader = PythonCsvReader::Open(folder / "in.csv");
  MUSUBI_CHECK(reader.ok());
  CsvRows rows;
  CsvRow row;
  while (true) {
    const auto more = reader.value().Next(&row);
    if (!more.ok()) return {{"! " + more.error().message}};
    if (!more.value()) return rows;
    EXPECT_EQ(row.number(), rows.size() + 1);
    auto& cells = rows.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i) cells.emplace_back(row[i]);
  }
}

// list(csv.reader(open(file, encoding="utf-8"))) of CPython 3.11.
TEST(PythonCsvReaderTest, ReadsWhatPythonReads) {
  EXPECT_EQ(PythonRows(""), CsvRows());
  EXPECT_EQ(PythonRows("\n"), (CsvRows{{}}));
  EXPECT_EQ(PythonRows("a,b\r\nc,\rd\n"), (CsvRows{{"a", "b"}, {"c", ""}, {"d"}}));
  EXPECT_EQ(PythonRows("a\n\nb"), (CsvRows{{"a"}, {}, {"b"}}));
  EXPECT_EQ(PythonRows(","), (CsvRows{{"", ""}}));
  EXPECT_EQ(PythonRows("\"a,\"\"b\"\"\r\nc\",d"), (CsvRows{{"a,\"b\"\nc", "d"}}));
  EXPECT_EQ(PythonRows("\"a\"b\"c,\"\"\n"), (CsvRows{{"ab\"c", ""}}));
  EXPECT_EQ(PythonRows("a\"b\", \"c\"\n"), (CsvRows{{"a\"b\"", " \"c\""}}));
  EXPECT_EQ(PythonRows("\xEF\xBB\xBF"
                       "a"),
            (CsvRows{{"\xEF\xBB\xBF"
                      "a"}}));
  EXPECT_EQ(PythonRows(std::string_view("a\0b\n", 4)), (CsvRows{{std::string("a\0b", 3)}}));
  EXPECT_EQ(PythonRows("x,\"never\nclosed"), (CsvRows{{"x", "never\nclosed"}}));
  EXPECT_EQ(PythonRows("\""), (CsvRows{{""}}));
  EXPECT_EQ(PythonRows("\"\""), (CsvRows{{""}}));
}

TEST(PythonCsvReaderTest, CellsHave131072CharactersAtMost) {
  std::string cell;
  for (int i = 0; i < 131'072; ++i) cell += "\xC3\xA9";
  EXPECT_EQ(PythonRows(cell), (CsvRows{{cell}}));
  EXPECT_THAT(PythonRows("a\nb," + cell + "x")[0][0], HasSubstr("row 2, column 2"));
}

}  // namespace
}  // namespace musubi::storage
