// Any text as a date in every order: what is read is a day of the calendar, or what is known of
// one, and reads as itself.
#include "core/check.h"
#include "core/missing_character.h"
#include "core/utf8.h"
#include "identity/dates.h"

namespace {

using musubi::DateOrder;
namespace identity = musubi::identity;

bool IsDigits(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

int NumberOf(std::string_view digits) {
  int number = 0;
  for (const char digit : digits) number = number * 10 + (digit - '0');
  return number;
}

// YYYYMMDD, with marks for a day, or a month and day, that are not known.
void CheckPresent(const std::string& date, const identity::Notes& notes) {
  const std::size_t known = date.find(musubi::kMissingCharacter);
  MUSUBI_CHECK((known != std::string::npos) == notes.partial_date);
  const std::string_view digits = std::string_view(date).substr(0, known);
  MUSUBI_CHECK(IsDigits(digits));
  MUSUBI_CHECK(digits.size() == 8 || (notes.partial_date && digits.size() % 2 == 0));
  const int month = digits.size() > 4 ? NumberOf(digits.substr(4, 2)) : 1;
  const int day = digits.size() > 6 ? NumberOf(digits.substr(6, 2)) : 1;
  MUSUBI_CHECK(identity::IsCalendarDay(NumberOf(digits.substr(0, 4)), month, day));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (!musubi::IsValidUtf8(text)) return 0;
  for (const auto order : {DateOrder::kYearFirst, DateOrder::kDayFirst, DateOrder::kMonthFirst}) {
    std::string date;
    identity::Notes notes;
    const auto state = identity::NormaliseDate(text, order, &date, &notes);
    if (state == identity::FieldState::kMissing) MUSUBI_CHECK(date.empty());
    if (state == identity::FieldState::kInvalid) {
      MUSUBI_CHECK(date.empty() || (date.size() == 8 && IsDigits(date)));
    }
    if (state != identity::FieldState::kPresent) continue;
    CheckPresent(date, notes);
    std::string again;
    MUSUBI_CHECK(identity::NormaliseDate(date, order, &again, &notes) == state && again == date);
  }
  return 0;
}
