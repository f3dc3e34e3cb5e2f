// Any bytes as the document of a map, a payload or changed ids: refused, or what would be written
// for what it says.
#include "core/check.h"
#include "storage/release_documents.h"

using musubi::storage::DocumentText;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto map = musubi::storage::ParseMapDocument(text, "fuzz");
  if (map.ok()) MUSUBI_CHECK(DocumentText(map.value()) == text);
  const auto payload = musubi::storage::ParsePayloadDocument(text, "fuzz");
  if (payload.ok()) MUSUBI_CHECK(DocumentText(payload.value()) == text);
  const auto changes = musubi::storage::ParseChangesDocument(text, "fuzz");
  if (changes.ok()) MUSUBI_CHECK(DocumentText(changes.value()) == text);
  return 0;
}
