#include "engine/encode/encode_clkhash.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <memory>
#include <optional>
#include <vector>

#include "clkhash/encoder.h"
#include "core/ids.h"
#include "engine/encode/row_pipeline.h"
#include "engine/encode/unique_ids.h"
#include "storage/clks_dataset.h"
#include "storage/display.h"
#include "storage/encoding_file.h"
#include "storage/python_csv_reader.h"

namespace musubi::engine {

using storage::AtomicFile;
using storage::CsvRow;
using storage::PythonCsvReader;

namespace {

constexpr unsigned kPrivateMode = 0600;
constexpr unsigned kPublicMode = 0644;
constexpr std::size_t kMaxShownBytes = 60;  // of a column's name

// Rows in, CLKs out, in the rows' order.
struct ClkBatch {
  std::vector<CsvRow> rows;
  std::size_t used = 0;
  std::vector<std::uint8_t> bits;  // `used` rows
  std::optional<Error> failure;    // of the first row that cannot be encoded
};

// An empty batch: of fewer rows where a CLK is long, so that memory stays bounded.
ClkBatch MakeBatch(const clkhash::Schema& schema) {
  constexpr std::size_t kMostRows = 1024;
  constexpr std::size_t kMostBytes = std::size_t{4} << 20;
  ClkBatch batch;
  batch.rows.resize(std::clamp<std::size_t>(kMostBytes / schema.row_bytes(), 1, kMostRows));
  return batch;
}

std::string FileName(const ClkhashRequest& request) {
  return request.input == "-" ? "standard input" : request.input.string();
}

Error RowError(const ClkhashRequest& request, std::uint64_t row, const std::string& what) {
  return {ErrorCode::kBadData, FileName(request) + ": row " + std::to_string(row) + what};
}

std::string Column(const clkhash::Feature& feature) {
  return ", column " + storage::Displayable(feature.identifier, kMaxShownBytes) + ": ";
}

// The number of bits set per CLK, in integers so that the order of the rows does not matter.
struct Popcounts {
  std::uint64_t rows = 0;
  std::uint64_t sum = 0;
  std::uint64_t square_sum = 0;

  void Add(std::span<const std::uint8_t> row) {
    std::uint64_t count = 0;
    for (const std::uint8_t byte : row) count += static_cast<std::uint64_t>(std::popcount(byte));
    ++rows;
    sum += count;
    square_sum += count * count;
  }

  double Mean() const {
    return rows == 0 ? 0 : static_cast<double>(sum) / static_cast<double>(rows);
  }
  double Deviation() const {
    if (rows < 2) return 0;
    const double squares = static_cast<double>(square_sum) - Mean() * static_cast<double>(sum);
    return std::sqrt(std::max(squares, 0.0) / static_cast<double>(rows - 1));
  }
};

// Encodes batches. Threads: one at a time; make one for each thread.
class ClkBatchEncoder {
 public:
  ClkBatchEncoder(const ClkhashRequest& request, clkhash::Encoder encoder)
      : request_(request), encoder_(std::move(encoder)) {}

  void Encode(ClkBatch* batch) {
    const std::size_t row_bytes = encoder_.schema().row_bytes();
    batch->failure.reset();
    batch->bits.resize(batch->used * row_bytes);
    for (std::size_t i = 0; i < batch->used && !batch->failure; ++i) {
      EncodeRow(batch->rows[i], std::span(batch->bits).subspan(i * row_bytes, row_bytes), batch);
    }
  }

 private:
  void EncodeRow(const CsvRow& row, std::span<std::uint8_t> bits, ClkBatch* batch) {
    const auto& features = encoder_.schema().features();
    if (row.size() != features.size()) {
      batch->failure = RowError(request_, row.number(),
                                ": it has " + std::to_string(row.size()) + " cells, the schema " +
                                    std::to_string(features.size()) + " features");
      return;
    }
    cells_.clear();
    for (std::size_t i = 0; i < row.size(); ++i) cells_.push_back(row[i]);
    const auto problem = encoder_.Encode(cells_, request_.validate, bits);
    if (!problem) return;
    batch->failure = RowError(request_, row.number(),
                              Column(features[problem->feature]) + "the value " + problem->reason);
  }

  const ClkhashRequest& request_;
  clkhash::Encoder encoder_;
  std::vector<std::string_view> cells_;
};

// The flow's outputs; they appear together at the end.
struct Outputs {
  AtomicFile clks;
  std::optional<AtomicFile> refs;
};

Result<Outputs> OpenOutputs(const ClkhashRequest& request) {
  MUSUBI_ASSIGN_OR_RETURN(auto clks,
                          AtomicFile::Create(request.output, request.overwrite, kPublicMode));
  Outputs outputs{std::move(clks), std::nullopt};
  if (request.refs.empty()) return outputs;
  MUSUBI_ASSIGN_OR_RETURN(auto refs,
                          AtomicFile::Create(request.refs, request.overwrite, kPrivateMode));
  MUSUBI_RETURN_IF_ERROR(refs.Write(std::string_view("record_ref,holder,local_id\n")));
  outputs.refs = std::move(refs);
  return outputs;
}

// One run of the flow: an ordered reader, parallel encoders, an ordered collector.
class ClkhashRun {
 public:
  ClkhashRun(const ClkhashRequest& request, const ExecContext& context, PythonCsvReader reader,
             const clkhash::Encoder& encoder, std::size_t id, Outputs outputs)
      : request_(request),
        context_(context),
        reader_(std::move(reader)),
        encoder_(encoder),
        id_(id),
        outputs_(std::move(outputs)),
        writer_(request.form, encoder.schema().row_bytes(), &outputs_.clks) {}

  Result<ClkhashReceipt> Run() {
    context_.Stage("encode");
    RowPipeline<PythonCsvReader, ClkBatch, ClkBatchEncoder> pipeline(
        {&reader_, [this] { return MakeBatch(encoder_.schema()); },
         [this] { return ClkBatchEncoder(request_, encoder_.Clone()); },
         [this](ClkBatch* batch) { return Collect(*batch); }},
        context_);
    MUSUBI_RETURN_IF_ERROR(pipeline.Run());
    if (const auto repeat = ids_.FirstRepeat()) {
      return RowError(request_, repeat->second,
                      Column(encoder_.schema().features()[id_]) + "the id stands in row " +
                          std::to_string(repeat->first) + " already; ids must be unique");
    }
    context_.Stage("write", popcounts_.rows);
    MUSUBI_RETURN_IF_ERROR(FinishOutputs());
    ClkhashReceipt receipt;
    receipt.rows = popcounts_.rows;
    receipt.bits = encoder_.schema().bits();
    receipt.row_bytes = encoder_.schema().row_bytes();
    receipt.popcount_mean = popcounts_.Mean();
    receipt.popcount_deviation = popcounts_.Deviation();
    return receipt;
  }

 private:
  // Takes over a batch's results, in the order of the input.
  Status Collect(const ClkBatch& batch) {
    if (batch.failure) return *batch.failure;
    const std::size_t row_bytes = encoder_.schema().row_bytes();
    for (std::size_t i = 0; i < batch.used; ++i) {
      const auto row = std::span(batch.bits).subspan(i * row_bytes, row_bytes);
      popcounts_.Add(row);
      MUSUBI_RETURN_IF_ERROR(writer_.Append(row));
      if (outputs_.refs) MUSUBI_RETURN_IF_ERROR(WriteRef(batch.rows[i]));
    }
    context_.Progress(popcounts_.rows);
    return {};
  }

  Status WriteRef(const CsvRow& row) {
    const std::string_view id = row[id_];
    if (id.empty()) {
      return RowError(request_, row.number(),
                      Column(encoder_.schema().features()[id_]) + "the id is empty");
    }
    ids_.Add(id, row.number());
    line_ = ToHex(storage::ClksReference(request_.holder, popcounts_.rows)) + ',' +
            request_.holder + ',';
    storage::AppendCsvCell(id, &line_);
    line_ += '\n';
    return outputs_.refs->Write(line_);
  }

  Status FinishOutputs() {
    MUSUBI_RETURN_IF_ERROR(writer_.Finish());
    if (context_.stopped()) return Interrupted();
    // Both are on the disk before the first appears, so that only renaming is left to fail. The
    // references first: CLKs without them could never be traced back. For the same reason the CLKs
    // of an earlier run go before their references are replaced.
    MUSUBI_RETURN_IF_ERROR(outputs_.clks.Sync());
    if (outputs_.refs) {
      MUSUBI_RETURN_IF_ERROR(outputs_.refs->Sync());
      MUSUBI_RETURN_IF_ERROR(outputs_.clks.RemoveReplaced());
      MUSUBI_RETURN_IF_ERROR(outputs_.refs->Commit());
    }
    return outputs_.clks.Commit();
  }

  const ClkhashRequest& request_;
  const ExecContext& context_;
  PythonCsvReader reader_;
  const clkhash::Encoder& encoder_;  // cloned for each thread, never used itself
  std::size_t id_;                   // the feature that holds the id, where there are references
  Outputs outputs_;
  storage::ClksWriter writer_;

  Popcounts popcounts_;
  UniqueIds ids_;
  std::string line_;
};

// Reads the first row where it is a header.
Status ReadHeader(const ClkhashRequest& request, const clkhash::Schema& schema,
                  PythonCsvReader* reader) {
  if (request.header == ClkHeader::kNone) return {};
  CsvRow row;
  MUSUBI_ASSIGN_OR_RETURN(const bool any, reader->Next(&row));
  if (!any) return Error{ErrorCode::kBadData, FileName(request) + " is empty; it needs a header"};
  if (request.header == ClkHeader::kIgnore) return {};
  const auto& features = schema.features();
  if (row.size() != features.size()) {
    return RowError(request, row.number(),
                    ": the header has " + std::to_string(row.size()) + " columns, the schema " +
                        std::to_string(features.size()) + " features");
  }
  for (std::size_t i = 0; i < features.size(); ++i) {
    if (row[i] == features[i].identifier) continue;
    const bool mark = row[i].starts_with("\xEF\xBB\xBF");
    return RowError(request, row.number(),
                    ", column " + std::to_string(i + 1) + ": the header must say \"" +
                        storage::Displayable(features[i].identifier, kMaxShownBytes) +
                        "\", the schema's feature in this place" +
                        (mark ? "; the file starts with a byte order mark, which clkhash takes for "
                                "a part of the name: save it without"
                              : ""));
  }
  return {};
}

// The feature that holds the ids; any where no references are wanted.
Result<std::size_t> IdFeature(const ClkhashRequest& request, const clkhash::Schema& schema) {
  if (request.refs.empty()) return std::size_t{0};
  if (!storage::IsHolderName(request.holder)) {
    return Error{
        ErrorCode::kUsage,
        "a holder's name has 1 to 64 of a-z, 0-9, _ and -, starting with a letter or digit"};
  }
  const auto& features = schema.features();
  const auto found = std::ranges::find(features, request.id_column, &clkhash::Feature::identifier);
  if (found != features.end()) return static_cast<std::size_t>(found - features.begin());
  return Error{ErrorCode::kUsage,
               "the id column must be one of the schema's features, such as one that it ignores"};
}

}  // namespace

Result<ClkhashReceipt> EncodeClkhash(const ClkhashRequest& request,
                                     const crypto::TextSecret& secret, const ExecContext& context) {
  MUSUBI_ASSIGN_OR_RETURN(clkhash::Schema parsed, clkhash::Schema::Parse(request.schema));
  const auto schema = std::make_shared<const clkhash::Schema>(std::move(parsed));
  for (const std::string& warning : schema->warnings()) context.Warn("schema: " + warning);
  MUSUBI_ASSIGN_OR_RETURN(const std::size_t id, IdFeature(request, *schema));
  MUSUBI_ASSIGN_OR_RETURN(auto reader, PythonCsvReader::Open(request.input, context.stop));
  MUSUBI_RETURN_IF_ERROR(ReadHeader(request, *schema, &reader));
  MUSUBI_ASSIGN_OR_RETURN(auto outputs, OpenOutputs(request));
  const clkhash::Encoder encoder(schema, secret.bytes());
  ClkhashRun run(request, context, std::move(reader), encoder, id, std::move(outputs));
  return run.Run();
}

}  // namespace musubi::engine
