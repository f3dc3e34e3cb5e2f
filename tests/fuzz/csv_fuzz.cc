// Any bytes as a CSV file: read to the end or refused, within the limits.
#include "storage/csv_reader.h"
#include "tests/fuzz/memory_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const musubi::MemoryFile file(data, size);
  auto reader = musubi::storage::CsvReader::Open(file.path());
  if (!reader.ok()) return 0;
  musubi::storage::CsvRow row;
  std::uint64_t previous = 1;
  while (true) {
    const auto more = reader.value().Next(&row);
    if (!more.ok() || !more.value()) return 0;
    MUSUBI_CHECK(row.number() == ++previous);
    std::size_t bytes = 0;
    for (std::size_t cell = 0; cell < row.size(); ++cell) bytes += row[cell].size();
    MUSUBI_CHECK(bytes <= size);
  }
}
