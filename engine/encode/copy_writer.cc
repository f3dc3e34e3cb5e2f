#include "engine/encode/copy_writer.h"

#include <utility>

#include "core/check.h"

namespace musubi::engine {

using identity::WrittenRecord;
using storage::CsvRow;

namespace {

identity::Decoder OpenDecoder(identity::Charset charset) {
  auto decoder = identity::Decoder::Open(charset);
  MUSUBI_CHECK(decoder.ok());
  return std::move(decoder).value();
}

CsvRow RowOf(const WrittenRecord& record, std::uint64_t number) {
  CsvRow row;
  row.Clear(number);
  for (const std::string& cell : record) row.Add(cell);
  return row;
}

}  // namespace

CopyWriter::CopyWriter(const Contract& contract, const ColumnPlan& plan, identity::Charset charset)
    : columns_(plan.names.size()),
      fields_(plan.fields),
      decoder_(OpenDecoder(charset)),
      simulator_(contract.fields(), plan.fields) {}

std::vector<identity::SimulatedError> CopyWriter::Write(const CsvRow& original, const CsvRow& other,
                                                        const Taker& take, SeededDraws* draws) {
  constexpr int kTries = 20;
  const WrittenRecord written = Written(original);
  const WrittenRecord others = Written(other);
  for (int i = 0; i < kTries; ++i) {
    WrittenRecord record = written;
    auto errors = simulator_.Spoil(others, draws, &record);
    if (take(RowOf(record, original.number()))) return errors;
  }
  MUSUBI_CHECK(take(RowOf(written, original.number())));  // as the original was
  return {};
}

CsvRow CopyWriter::Rewritten(const CsvRow& row) { return RowOf(Written(row), row.number()); }

// The cells of the contract's fields in UTF-8; others empty.
WrittenRecord CopyWriter::Written(const CsvRow& row) {
  WrittenRecord record(columns_);
  for (const std::vector<std::size_t>& columns : fields_) {
    for (const std::size_t column : columns) {
      MUSUBI_CHECK(decoder_.Decode(row[column], &record[column]));  // or the row was rejected
    }
  }
  return record;
}

}  // namespace musubi::engine
