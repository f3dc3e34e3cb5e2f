#include "core/result.h"

namespace musubi {

std::string_view NameOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUsage:
      return "usage";
    case ErrorCode::kBadData:
      return "bad_data";
    case ErrorCode::kNoInput:
      return "no_input";
    case ErrorCode::kInternal:
      return "internal";
    case ErrorCode::kExists:
      return "exists";
    case ErrorCode::kIo:
      return "io";
    case ErrorCode::kLocked:
      return "locked";
    case ErrorCode::kRefused:
      return "refused";
    case ErrorCode::kContract:
      return "contract";
    case ErrorCode::kInterrupted:
      return "interrupted";
  }
  return "internal";
}

}  // namespace musubi
