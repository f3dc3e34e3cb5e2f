#include "storage/csv_reader.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <random>
#include <thread>

#include "file_samples.h"

namespace musubi::storage {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using Cells = std::vector<std::string>;
using Table = std::vector<Cells>;

constexpr std::size_t kCellLimit = 65536;

Cells CellsOf(const CsvRow& row) {
  Cells cells;
  for (std::size_t i = 0; i < row.size(); ++i) cells.emplace_back(row[i]);
  return cells;
}

// The rows of a file after its header, or the error that ended them.
Result<Table> ReadFile(const std::filesystem::path& file, Cells* columns = nullptr) {
  MUSUBI_ASSIGN_OR_RETURN(CsvReader reader, CsvReader::Open(file));
  if (columns != nullptr) *columns = reader.columns();
  Table table;
  CsvRow row;
  for (;;) {
    MUSUBI_ASSIGN_OR_RETURN(const bool any, reader.Next(&row));
    if (!any) return table;
    EXPECT_EQ(row.number(), table.size() + 2);
    table.push_back(CellsOf(row));
  }
}

class CsvReaderTest : public ::testing::Test {
 protected:
  Result<Table> Read(std::string_view bytes, Cells* columns = nullptr) {
    WriteWhole(file_, bytes);
    return ReadFile(file_, columns);
  }
  Table MustRead(std::string_view bytes) {
    const auto table = Read(bytes);
    if (table.ok()) return table.value();
    ADD_FAILURE() << table.error().message;
    return {};
  }
  // The message of the kBadData error that reading must end with.
  std::string Refusal(std::string_view bytes) {
    const auto table = Read(bytes);
    if (table.ok()) {
      ADD_FAILURE() << "accepted";
      return {};
    }
    EXPECT_EQ(table.error().code, ErrorCode::kBadData);
    EXPECT_THAT(table.error().message, HasSubstr(file_.string()));
    return table.error().message;
  }

  const ScratchFolder folder_;
  const std::filesystem::path file_ = folder_ / "people.csv";
};

TEST_F(CsvReaderTest, ReadsLinesThatEndInLf) {
  EXPECT_EQ(MustRead("a,b\n1,2\n3,4\n"), (Table{{"1", "2"}, {"3", "4"}}));
}

TEST_F(CsvReaderTest, DigestsEveryByteOfTheFile) {
  const std::string text =
      "\xEF\xBB\xBF"
      "a,b\r\n\n1,\"2\"\n" +
      std::string(200'000, '\n') + "3,4";
  WriteWhole(file_, text);
  crypto::Sha256Stream digest;
  auto reader = CsvReader::Open(file_, nullptr, &digest);
  ASSERT_TRUE(reader.ok());
  CsvRow row;
  while (reader.value().Next(&row).value()) continue;
  EXPECT_EQ(digest.Finish(),
            crypto::Sha256({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
}

TEST_F(CsvReaderTest, ReadsLinesThatEndInCrLf) {
  EXPECT_EQ(MustRead("a,b\r\n1,\"2\"\r\n3,4\r\n"), (Table{{"1", "2"}, {"3", "4"}}));
}

TEST_F(CsvReaderTest, ReadsALastLineWithoutNewline) {
  EXPECT_EQ(MustRead("a,b\n1,2\n3,4"), (Table{{"1", "2"}, {"3", "4"}}));
  EXPECT_EQ(MustRead("a,b\n1,\"2\""), (Table{{"1", "2"}}));
  EXPECT_EQ(MustRead("a,b\n1,"), (Table{{"1", ""}}));
}

TEST_F(CsvReaderTest, ReadsQuotedCommasNewlinesAndDoubledQuotes) {
  EXPECT_EQ(MustRead("a,b\n\"x,y\",\"1\n2\r\n3\r4\"\n\"say \"\"hi\"\"\",\"\"\"\"\n"),
            (Table{{"x,y", "1\n2\r\n3\r4"}, {"say \"hi\"", "\""}}));
}

TEST_F(CsvReaderTest, KeepsBlanksInCellsAndTrimsThemFromColumns) {
  Cells columns;
  const auto table = Read(" a ,\tb\n x ,\ty \n", &columns);
  ASSERT_TRUE(table.ok());
  EXPECT_THAT(columns, ElementsAre("a", "b"));
  EXPECT_EQ(table.value(), (Table{{" x ", "\ty "}}));
}

TEST_F(CsvReaderTest, SkipsBlankLinesAndDoesNotCountThem) {
  EXPECT_EQ(MustRead("\n\r\na\n\n1\n\r\n\n\"\"\n2\n\n"), (Table{{"1"}, {""}, {"2"}}));
}

TEST_F(CsvReaderTest, GivesShortAndLongRowsAsTheyAre) {
  EXPECT_EQ(MustRead("a,b\n1\n1,2,3\n,\n"), (Table{{"1"}, {"1", "2", "3"}, {"", ""}}));
}

TEST_F(CsvReaderTest, DropsAUtf8ByteOrderMark) {
  Cells columns;
  ASSERT_TRUE(Read("\xEF\xBB\xBF\"id\",b\n1,2\n", &columns).ok());
  EXPECT_THAT(columns, ElementsAre("id", "b"));
}

TEST_F(CsvReaderTest, RefusesUtf16AndNamesWhatToUse) {
  for (const std::string_view mark : {"\xFF\xFE", "\xFE\xFF"}) {
    EXPECT_THAT(Refusal(std::string(mark) + std::string("a\0\n\0", 4)),
                AllOf(HasSubstr("UTF-8"), HasSubstr("CP932")));
  }
}

// Without a mark its NUL bytes give it away.
TEST_F(CsvReaderTest, RefusesNulAndSaysWhere) {
  EXPECT_THAT(Refusal(std::string("a,b\n1,2\n3,\0\n", 12)),
              AllOf(HasSubstr("row 3, column 2, byte 10:"), HasSubstr("NUL"), HasSubstr("UTF-16")));
}

// 0x5C and 0x7C are second bytes there; 0x22, 0x2C, 0x0A and 0x0D never are.
TEST_F(CsvReaderTest, ReadsCp932AsBytes) {
  EXPECT_EQ(MustRead("a,b\n\x83\x5C,\x83\x7C\n"), (Table{{"\x83\x5C", "\x83\x7C"}}));
}

TEST_F(CsvReaderTest, RefusesAStrayQuoteAndSaysWhere) {
  EXPECT_THAT(Refusal("a,b\n1,x\"y\n"),
              AllOf(HasSubstr("row 2, column 2, byte 7:"), HasSubstr("inside an unquoted cell")));
}

TEST_F(CsvReaderTest, RefusesTextAfterAClosingQuote) {
  for (const std::string_view after : {"y", " ", " ,"}) {
    EXPECT_THAT(Refusal("a,b\n1,\"x\"" + std::string(after) + "\n"),
                AllOf(HasSubstr("row 2, column 2, byte 9:"), HasSubstr("after a closing quote")));
  }
}

TEST_F(CsvReaderTest, RefusesAnUnterminatedQuoteAndSaysWhereItsRowStarts) {
  EXPECT_THAT(Refusal("a,b\n1,2\n3,\"4\n5,6\n"),
              AllOf(HasSubstr("row 3, column 2, byte 8:"), HasSubstr("never closed")));
}

TEST_F(CsvReaderTest, RefusesACarriageReturnAlone) {
  for (const std::string_view bytes : {"a,b\n1,2\r3,4\n", "a,b\n1,2\r", "a,b\n1,2\r\r\n"}) {
    EXPECT_THAT(Refusal(bytes), AllOf(HasSubstr("row 2, byte 7:"), HasSubstr("carriage return")));
  }
}

TEST_F(CsvReaderTest, MessagesHoldNoContent) {
  for (const std::string_view bytes :
       {"a,b\nSECRET,S\"\n", "a,b\n\"SECRET\" ,\n", "a,b\n\"SECRET,\n", "a,b\nSECRET\rSECRET\n"}) {
    EXPECT_THAT(Refusal(bytes), Not(HasSubstr("SECRET")));
  }
}

TEST_F(CsvReaderTest, AcceptsACellAtTheLimitAndRefusesOneByteMore) {
  const std::string cell(kCellLimit, 'x');
  EXPECT_EQ(MustRead("a,b\n1," + cell + "\n"), (Table{{"1", cell}}));
  EXPECT_EQ(MustRead("a,b\n1,\"" + cell + "\"\n"), (Table{{"1", cell}}));
  for (const char* quote : {"", "\""}) {
    EXPECT_THAT(Refusal("a,b\n1," + std::string(quote) + cell + "x" + quote + "\n"),
                AllOf(HasSubstr("row 2, column 2, byte 4:"), HasSubstr("65536 bytes")));
  }
}

TEST_F(CsvReaderTest, AcceptsARowAtTheLimitAndRefusesOneByteMore) {
  constexpr std::size_t kRowLimit = 1 << 20;
  std::string row;
  while (row.size() + 60'001 < kRowLimit) row += std::string(60'000, 'x') + ",";
  row.append(kRowLimit - 1 - row.size(), 'x');
  EXPECT_EQ(MustRead("a\n" + row + "\n").size(), 1U);
  EXPECT_THAT(Refusal("a\n" + row + "x\n"), HasSubstr("1048576 bytes"));
}

TEST_F(CsvReaderTest, AcceptsAsManyColumnsAsTheLimitAndRefusesOneMore) {
  const std::string row(4095, ',');
  ASSERT_EQ(MustRead("a\n" + row + "\n").size(), 1U);
  EXPECT_THAT(Refusal("a\n" + row + ",\n"), HasSubstr("more than 4096 cells"));
}

// 100 MB in one line, quoted or not, are refused after about a cell's worth.
TEST_F(CsvReaderTest, RefusesAnEndlessLineAfterReadingLittleOfIt) {
  ::signal(SIGPIPE, SIG_IGN);
  for (const char* start : {"a\n", "a\n\"", "a\n\"\n\n\n"}) {
    const std::filesystem::path pipe = folder_ / "pipe";
    std::filesystem::remove(pipe);
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    std::size_t written = 0;
    std::thread writer([&] {
      const int fd = ::open(pipe.c_str(), O_WRONLY);
      std::string block(1 << 16, 'x');
      block.replace(0, std::char_traits<char>::length(start), start);
      while (written < 100'000'000 && ::write(fd, block.data(), block.size()) > 0) {
        written += block.size();
        block.assign(1 << 16, 'x');
      }
      ::close(fd);
    });
    rusage before{};
    ::getrusage(RUSAGE_SELF, &before);
    const auto table = ReadFile(pipe);
    writer.join();
    rusage after{};
    ::getrusage(RUSAGE_SELF, &after);
    ASSERT_FALSE(table.ok());
    EXPECT_THAT(table.error().message, HasSubstr("65536 bytes"));
    EXPECT_LT(written, std::size_t{1} << 20);
    EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 8 * 1024) << "KiB";
  }
}

TEST_F(CsvReaderTest, RefusesAFileWithoutHeader) {
  EXPECT_THAT(Refusal(""), HasSubstr("header"));
  EXPECT_THAT(Refusal("\n\r\n"), HasSubstr("header"));
  EXPECT_THAT(Refusal("\xEF\xBB\xBF"), HasSubstr("header"));
}

TEST_F(CsvReaderTest, ReadsAFileWithOnlyAHeader) {
  EXPECT_THAT(MustRead("a,b\n"), IsEmpty());
  EXPECT_THAT(MustRead("a,b"), IsEmpty());
}

TEST_F(CsvReaderTest, RefusesTwoColumnsOfOneName) {
  EXPECT_THAT(Refusal("a,b, a\n"), HasSubstr("columns 1 and 3"));
}

TEST_F(CsvReaderTest, AcceptsColumnsWithoutNameUntilAskedForOne) {
  WriteWhole(file_, "a,,\n1,2,3\n");
  auto reader = CsvReader::Open(file_);
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(reader.value().ColumnIndex("a").value(), 0U);
  EXPECT_FALSE(reader.value().ColumnIndex("").ok());
}

TEST_F(CsvReaderTest, FindsColumnsAndListsThemWhereOneIsMissing) {
  WriteWhole(file_, "id,氏名,b\x01\xFF\n");
  auto reader = CsvReader::Open(file_);
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(reader.value().ColumnIndex("氏名").value(), 1U);
  const auto missing = reader.value().ColumnIndex("birth");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, ErrorCode::kBadData);
  EXPECT_EQ(missing.error().message,
            file_.string() + " has no column \"birth\"; its columns are: id, 氏名, b??");
}

// The first record of a file without header must not end up in a log.
TEST_F(CsvReaderTest, ListsNoColumnsWhereTheyLookLikeValues) {
  WriteWhole(file_, "Suzuki,Hanako,1984-03-12\n");
  auto reader = CsvReader::Open(file_);
  ASSERT_TRUE(reader.ok());
  EXPECT_THAT(reader.value().ColumnIndex("birth").error().message,
              AllOf(HasSubstr("header row"), Not(HasSubstr("Suzuki")), Not(HasSubstr("1984"))));
}

TEST_F(CsvReaderTest, ReturnsItsErrorAgain) {
  WriteWhole(file_, "a\n\"x\"y\nz\n");
  auto reader = CsvReader::Open(file_);
  ASSERT_TRUE(reader.ok());
  CsvRow row;
  const auto first = reader.value().Next(&row);
  const auto second = reader.value().Next(&row);
  ASSERT_FALSE(first.ok() || second.ok());
  EXPECT_EQ(first.error().message, second.error().message);
}

TEST_F(CsvReaderTest, RefusesWhatIsNoFile) {
  for (const auto& path : {folder_.path(), folder_ / "none.csv"}) {
    const auto reader = CsvReader::Open(path);
    ASSERT_FALSE(reader.ok());
    EXPECT_EQ(reader.error().code, ErrorCode::kNoInput);
  }
}

TEST_F(CsvReaderTest, ReadsStandardInput) {
  WriteWhole(file_, "a\n1\n");
  const int saved = ::dup(STDIN_FILENO);
  const int fd = ::open(file_.c_str(), O_RDONLY);
  ASSERT_GE(::dup2(fd, STDIN_FILENO), 0);
  const auto table = ReadFile("-");
  ::dup2(saved, STDIN_FILENO);
  ::close(saved);
  ::close(fd);
  ASSERT_TRUE(table.ok());
  EXPECT_EQ(table.value(), (Table{{"1"}}));
}

// Rows that lie across the reader's chunks in every possible way.
TEST_F(CsvReaderTest, ReadsRowsAcrossChunks) {
  for (std::size_t shift = 0; shift < 16; ++shift) {
    std::string bytes = "a,b\r\n";
    Table expected;
    const Cells row = {std::string(shift, 'x'), "1\r\n2\"3"};
    while (bytes.size() < 140'000) {
      AppendCsvCell(row[0], &bytes);
      bytes += ',';
      AppendCsvCell(row[1], &bytes);
      bytes += "\r\n";
      expected.push_back(row);
    }
    EXPECT_EQ(MustRead(bytes), expected) << "shift " << shift;
  }
}

TEST_F(CsvReaderTest, ReadsBackEveryTableThatAppendCsvCellWrites) {
  constexpr std::uint32_t kSeed = 20240501;
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  std::mt19937 random(kSeed);
  constexpr std::string_view kAlphabet = "ab ,\"\n\r\t;'\\\x83\xE6";
  for (int round = 0; round < 300; ++round) {
    const std::string newline = round % 2 == 0 ? "\n" : "\r\n";
    std::string bytes = "h" + newline;
    Table table(random() % 20);
    for (Cells& cells : table) {
      cells.resize(1 + random() % 5);
      for (std::size_t i = 0; i < cells.size(); ++i) {
        for (auto size = random() % 6; size > 0; --size) {
          cells[i] += kAlphabet[random() % kAlphabet.size()];
        }
        if (i > 0) bytes += ',';
        AppendCsvCell(cells[i], &bytes);
      }
      bytes += newline;
    }
    ASSERT_EQ(MustRead(bytes), table) << "round " << round;
  }
}

// The rows of a file, and the place and kind of the error that ended them.
std::pair<Table, std::string> RowsAndError(const std::filesystem::path& file) {
  auto reader = CsvReader::Open(file);
  MUSUBI_CHECK(reader.ok());
  std::pair<Table, std::string> read;
  CsvRow row;
  for (;;) {
    const auto more = reader.value().Next(&row);
    if (!more.ok()) {  // without the byte, which differs, and what follows it
      read.second = more.error().message.substr(0, more.error().message.find(", byte "));
      return read;
    }
    if (!more.value()) return read;
    read.first.push_back(CellsOf(row));
  }
}

// A line without quotes does not go through libcsv, and one whose first cell is quoted does. So
// random lines that differ in that only, and mistakes in them, must read the same.
TEST_F(CsvReaderTest, LinesWithoutQuotesReadAsLibcsvReadsThem) {
  constexpr std::uint32_t kSeed = 20261130;
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  std::mt19937 random(kSeed);
  constexpr std::string_view kOften = "ab ,;\t'\x83\xE6,";
  constexpr std::string_view kSeldom("\n\r\0\"", 4);
  std::size_t with_error = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string plain = "h\n";
    std::string quoted = "h\n";
    for (auto lines = 1 + random() % 12; lines > 0; --lines) {
      std::string rest = ",";
      for (auto size = random() % 9; size > 0; --size) {
        // A quote is a mistake in the last line, and in others would take in those after it.
        const std::string_view from =
            random() % 50 != 0 ? kOften : kSeldom.substr(0, lines == 1 ? 4 : 3);
        rest += from[random() % from.size()];
      }
      if (random() % 8 == 0) rest.clear();
      rest += random() % 3 == 0 ? "\r\n" : "\n";
      plain += "p" + rest;
      quoted += "\"p\"" + rest;
    }
    if (random() % 4 == 0) {  // the last line has no end
      plain.pop_back();
      quoted.pop_back();
    }
    WriteWhole(file_, plain);
    const auto read = RowsAndError(file_);
    WriteWhole(file_, quoted);
    ASSERT_EQ(read, RowsAndError(file_)) << "round " << round;
    with_error += read.second.empty() ? 0 : 1;
  }
  EXPECT_GT(with_error, 300U);
}

TEST(AppendCsvCellTest, QuotesOnlyWhereNeeded) {
  std::string line;
  for (const std::string_view cell : {"plain", "", "two words", "a,b", "say \"hi\"", "x\ny"}) {
    AppendCsvCell(cell, &line);
    line += ',';
  }
  EXPECT_EQ(line, "plain,,two words,\"a,b\",\"say \"\"hi\"\"\",\"x\ny\",");
}

}  // namespace
}  // namespace musubi::storage
