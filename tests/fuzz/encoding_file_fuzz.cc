// Any bytes as an encoding file: refused, or one whose every part agrees with its manifest.
#include "storage/encoding_file.h"
#include "tests/fuzz/memory_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const musubi::Contract contract =
      musubi::Contract::Parse(musubi::ContractTemplate("record")).value();
  const musubi::MemoryFile bytes(data, size);
  (void)musubi::storage::ReadEncodingManifest(bytes.path());
  const auto file = musubi::storage::ReadEncodingFile(bytes.path(), contract);
  if (file.ok()) {
    MUSUBI_CHECK(file.value().manifest.records == file.value().records.rows());
    MUSUBI_CHECK(file.value().manifest.planted == file.value().planted.rows());
  }
  return 0;
}
