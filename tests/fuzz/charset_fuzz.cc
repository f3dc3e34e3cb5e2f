// Any bytes as text in every charset: what is decoded is valid UTF-8, the same each time.
#include "core/check.h"
#include "core/utf8.h"
#include "identity/charset.h"

namespace identity = musubi::identity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static identity::Decoder decoders[] = {
      std::move(identity::Decoder::Open(identity::Charset::kUtf8)).value(),
      std::move(identity::Decoder::Open(identity::Charset::kCp932)).value()};
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (identity::Decoder& decoder : decoders) {
    std::string text = "left over";
    std::string again;
    const bool valid = decoder.Decode(bytes, &text);
    MUSUBI_CHECK(decoder.Decode(bytes, &again) == valid);
    if (!valid) continue;
    MUSUBI_CHECK(text == again && musubi::IsValidUtf8(text));
    if (musubi::IsAscii(bytes)) MUSUBI_CHECK(text == bytes);
  }
  return 0;
}
