#include "clkhash/pattern_syntax.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "clkhash/pattern_classes.h"
#include "clkhash/pattern_scanner.h"

namespace musubi::clkhash {
namespace {

constexpr int kMaxDepth = 100;               // of groups; Python itself gives up at some hundreds
constexpr std::uint32_t kMaxRepeat = 65535;  // PCRE2's limit

// The flags in force where the parser stands.
struct Flags {
  bool ascii = false;
  bool ignore_case = false;
  bool verbose = false;
};

// What stands before a quantifier.
enum class Item { kNone, kAnchor, kAtom, kRepeat };

constexpr std::string_view kWordBoundary =
    "(?:(?<=[0-9A-Z_a-z])(?![0-9A-Z_a-z])|(?<![0-9A-Z_a-z])(?=[0-9A-Z_a-z]))";
constexpr std::string_view kNoWordBoundary =
    "(?:(?<=[0-9A-Z_a-z])(?=[0-9A-Z_a-z])|(?<![0-9A-Z_a-z])(?![0-9A-Z_a-z]))";

class Translator {
 public:
  explicit Translator(std::string_view python) : in_(python) {}

  Result<std::string> Run() {
    GlobalFlags();
    Alternatives(0);
    if (ok() && !in_.AtEnd()) Fail("unbalanced parenthesis");
    if (ok() && conditional_ >= closed_.size()) Fail("refers to a group that there is not");
    if (!ok()) return Error{ErrorCode::kContract, *trouble_};
    return global_ + out_;
  }

 private:
  bool ok() const { return !trouble_.has_value(); }
  void Fail(std::string why) {
    if (ok()) trouble_ = std::move(why);
  }

  // Flags for the whole pattern may stand only at its start.
  void GlobalFlags() {
    std::string options;
    while (ok() && in_.Peek() == U'(' && in_.Peek(1) == U'?' && IsFlag(in_.Peek(2))) {
      const PatternScanner start = in_;
      in_.Skip(2);
      Flags flags = flags_;
      std::string on;
      while (IsFlag(in_.Peek())) AddFlag(in_.Next(), true, &flags, &on);
      if (in_.Peek() != U')') {  // flags for a group
        in_ = start;
        break;
      }
      in_.Skip(1);
      flags_ = flags;
      options += on;
    }
    if (!options.empty()) global_ = "(?" + options + ")";
    CheckFlags();
  }

  static bool IsFlag(char32_t c) {
    return c != 0 && c < 0x80 &&
           std::string_view("aiLmsux").find(static_cast<char>(c)) != std::string_view::npos;
  }

  void AddFlag(char32_t c, bool on, Flags* flags, std::string* options) {
    if (c == U'L') return Fail("the flag L is for bytes");
    if (!on && (c == U'a' || c == U'u')) return Fail("the flags a and u cannot be turned off");
    if (c == U'a') flags->ascii = true;
    if (c == U'u') unicode_asked_ = true;
    if (c == U'x') flags->verbose = on;
    if (c == U'i') flags->ignore_case = on;
    if (c == U'i' || c == U'm' || c == U's') options->push_back(static_cast<char>(c));
  }

  void CheckFlags() {
    if (flags_.ascii && unicode_asked_) Fail("the flags a and u exclude one another");
    if (flags_.ascii && flags_.ignore_case) {
      Fail("the flags a and i together are not supported");
    }
  }

  // A pattern or the inside of a group, up to its end.
  void Alternatives(int depth) {
    if (depth > kMaxDepth) return Fail("groups nested too deep");
    Sequence(depth);
    while (ok() && in_.Peek() == U'|' && !in_.AtEnd()) {
      in_.Skip(1);
      out_ += '|';
      Sequence(depth);
    }
  }

  void Sequence(int depth) {
    Item last = Item::kNone;
    while (ok() && !in_.AtEnd()) {
      const char32_t c = in_.Peek();
      if (c == U'|' || c == U')') return;
      if (flags_.verbose && SkipVerbose()) continue;
      in_.Skip(1);
      switch (c) {
        case U'\\':
          last = Escape();
          break;
        case U'[':
          Class();
          last = Item::kAtom;
          break;
        case U'(':
          if (Group(depth)) last = Item::kAtom;
          break;
        case U'*':
        case U'+':
        case U'?':
        case U'{':
          last = Quantifier(c, last);
          break;
        case U'^':
        case U'$':
          out_ += static_cast<char>(c);
          last = Item::kAnchor;
          break;
        case U'.':
          out_ += '.';
          last = Item::kAtom;
          break;
        default:
          out_ += LiteralCharacter(c);
          last = Item::kAtom;
      }
    }
  }

  // White space and comments under the flag x.
  bool SkipVerbose() {
    const char32_t c = in_.Peek();
    if (c == U' ' || (c >= U'\t' && c <= U'\r')) {
      in_.Skip(1);
      return true;
    }
    if (c != U'#') return false;
    while (!in_.AtEnd() && in_.Next() != U'\n') {
    }
    return true;
  }

  Item Quantifier(char32_t c, Item last) {
    std::string quantifier(1, static_cast<char>(c));
    if (c == U'{') {
      const auto bounds = Bounds();
      if (!bounds) {  // not a quantifier: a brace
        out_ += "\\{";
        return Item::kAtom;
      }
      quantifier = *bounds;
    }
    if (last == Item::kNone || last == Item::kAnchor) Fail("nothing to repeat");
    if (last == Item::kRepeat) Fail("multiple repeat");
    out_ += quantifier;
    if (in_.Peek() == U'?' || in_.Peek() == U'+') out_ += static_cast<char>(in_.Next());
    return Item::kRepeat;
  }

  // The rest of {m}, {m,}, {,n} or {m,n}; nothing, and nothing read, where it is none of them.
  std::optional<std::string> Bounds() {
    if (in_.Peek() == U'}') return std::nullopt;
    const PatternScanner start = in_;
    const std::string low = in_.Digits();
    const bool comma = in_.Accept(U',');
    const std::string high = comma ? in_.Digits() : low;
    if (!in_.Accept(U'}')) {
      in_ = start;
      return std::nullopt;
    }
    const std::uint32_t least = Bound(low, 0);
    const std::uint32_t most = Bound(high, UINT32_MAX);
    if (!high.empty() && most < least) Fail("a repeat whose maximum is below its minimum");
    std::string text = "{" + std::to_string(least);
    if (comma || low.empty()) text += ',' + (high.empty() ? "" : std::to_string(most));
    return text + '}';
  }

  std::uint32_t Bound(const std::string& digits, std::uint32_t otherwise) {
    if (digits.empty()) return otherwise;
    const std::size_t start = std::min(digits.find_first_not_of('0'), digits.size() - 1);
    const std::string number = digits.substr(start);
    if (number.size() > 5 || std::stoul(number) > kMaxRepeat) {
      Fail("a repeat of more than 65,535 times is not supported");
      return 0;
    }
    return static_cast<std::uint32_t>(std::stoul(number));
  }

  // A backslash outside a class.
  Item Escape() {
    if (in_.AtEnd()) {
      Fail("a backslash at the end");
      return Item::kNone;
    }
    const char32_t c = in_.Next();
    switch (c) {
      case U'A':
        out_ += "\\A";
        return Item::kAnchor;
      case U'Z':
        out_ += "\\z";
        return Item::kAnchor;
      case U'b':
        out_ += flags_.ascii ? kWordBoundary : "\\b";
        return Item::kAnchor;
      case U'B':  // which an empty text has not, before Python 3.14
        out_ += "(?!\\A\\z)";
        out_ += flags_.ascii ? kNoWordBoundary : "\\B";
        return Item::kAnchor;
      default:
        break;
    }
    if (IsCategory(c)) {
      out_ += '[' + CategoryMembers(static_cast<char>(c), flags_.ascii) + ']';
      return Item::kAtom;
    }
    if (c >= U'1' && c <= U'9') return OctalOrReference(c);
    if (const auto literal = LiteralEscape(c)) out_ += LiteralCharacter(*literal);
    return Item::kAtom;
  }

  static bool IsCategory(char32_t c) {
    return c != 0 && c < 0x80 &&
           std::string_view("dDsSwW").find(static_cast<char>(c)) != std::string_view::npos;
  }

  // \1 to \99, or three octal digits.
  Item OctalOrReference(char32_t first) {
    std::uint32_t number = first - U'0';
    if (PatternScanner::IsDigit(in_.Peek())) {
      const char32_t second = in_.Next();
      if (first < U'8' && second < U'8' && PatternScanner::IsOctal(in_.Peek())) {
        const std::uint32_t value = number * 64 + (second - U'0') * 8 + (in_.Next() - U'0');
        if (value > 0377) Fail("an octal escape above \\377");
        out_ += LiteralCharacter(value);
        return Item::kAtom;
      }
      number = number * 10 + (second - U'0');
    }
    Reference(number);
    return Item::kAtom;
  }

  void Reference(std::uint32_t number) {
    if (number >= closed_.size()) return Fail("refers to a group that there is not");
    if (!closed_[number]) return Fail("refers to a group that is still open");
    out_ += "\\g{" + std::to_string(number) + '}';
  }

  // A character by its escape, in a class or outside, where octal digits were looked at before.
  std::optional<char32_t> LiteralEscape(char32_t c) {
    const auto value = in_.CharacterEscape(c);
    if (!value) Fail("an escape that Python does not know");
    return value;
  }

  // A class, after its bracket.
  void Class() {
    std::string members;
    const bool negated = in_.Accept(U'^');
    for (bool first = true;; first = false) {
      if (in_.AtEnd()) return Fail("a class that is not closed");
      if (in_.Peek() == U']' && !first) break;
      members += ClassMember();
      if (!ok()) return;
    }
    in_.Skip(1);
    out_ += (negated ? "[^" : "[") + members + ']';
  }

  // One character, category or range.
  std::string ClassMember() {
    std::string category;
    const auto low = ClassCharacter(&category);
    if (!ok()) return {};
    if (in_.Peek() != U'-' || in_.Peek(1) == U']') return low ? LiteralCharacter(*low) : category;
    in_.Skip(1);
    if (in_.AtEnd()) {
      Fail("a class that is not closed");
      return {};
    }
    const auto high = ClassCharacter(&category);
    if (!ok()) return {};
    if (!low || !high || *low > *high) {
      Fail("a bad range of characters");
      return {};
    }
    return LiteralCharacter(*low) + '-' + LiteralCharacter(*high);
  }

  // A character, or nothing and the members of `*category`.
  std::optional<char32_t> ClassCharacter(std::string* category) {
    const char32_t c = in_.Next();
    if (c != U'\\') return c;
    if (in_.AtEnd()) {
      Fail("a class that is not closed");
      return std::nullopt;
    }
    const char32_t escaped = in_.Next();
    if (IsCategory(escaped)) {
      *category = CategoryMembers(static_cast<char>(escaped), flags_.ascii);
      return std::nullopt;
    }
    if (escaped == U'b') return U'\b';
    if (PatternScanner::IsDigit(escaped) && escaped != U'0') {
      if (escaped > U'7') Fail("an escape that Python does not know");
      std::uint32_t value = escaped - U'0';
      for (int i = 0; i < 2 && PatternScanner::IsOctal(in_.Peek()); ++i) {
        value = value * 8 + (in_.Next() - U'0');
      }
      if (value > 0377) Fail("an octal escape above \\377");
      return value;
    }
    return LiteralEscape(escaped);
  }

  // What follows an opening parenthesis. False for a comment, which is not there to be repeated.
  bool Group(int depth) {
    if (!in_.Accept(U'?')) {
      Captured(depth, {});
      return true;
    }
    if (in_.AtEnd()) {
      Fail("a group that is not closed");
      return true;
    }
    const char32_t c = in_.Next();
    if (c == U'#') {
      Comment();
      return false;
    }
    if (c == U'P') {
      Named(depth);
    } else if (c == U':' || c == U'>' || c == U'=' || c == U'!') {
      Plain(std::string("(?") + static_cast<char>(c), depth);
    } else if (c == U'<') {
      LookBehind(depth);
    } else if (c == U'(') {
      Conditional(depth);
    } else if (IsFlag(c) || c == U'-') {
      Flagged(c, depth);
    } else {
      Fail("an extension (?... that Python does not know");
    }
    return true;
  }

  void Comment() {
    while (!in_.AtEnd()) {
      if (in_.Next() == U')') return;
    }
    Fail("a comment that is not closed");
  }

  // A group that opens as `opening`, with flags of its own kept inside.
  void Plain(const std::string& opening, int depth) {
    const Flags outside = flags_;
    out_ += opening;
    Alternatives(depth + 1);
    Close();
    flags_ = outside;
  }

  void Close() {
    if (!in_.Accept(U')')) return Fail("a group that is not closed");
    out_ += ')';
  }

  void Captured(int depth, const std::string& name) {
    const std::size_t number = closed_.size();
    closed_.push_back(false);
    if (!name.empty() && !names_.emplace(name, number).second) {
      return Fail("two groups have the same name");
    }
    Plain("(", depth);
    closed_[number] = true;
  }

  void Named(int depth) {
    if (in_.Accept(U'<')) {
      const auto name = in_.NameUpTo(U'>');
      if (!name) return Fail("a group's name that is none");
      return Captured(depth, *name);
    }
    if (!in_.Accept(U'=')) return Fail("an extension (?P... that Python does not know");
    const auto name = in_.NameUpTo(U')');
    if (!name) return Fail("a group's name that is none");
    const auto known = names_.find(*name);
    if (known == names_.end()) return Fail("refers to a group that there is not");
    Reference(static_cast<std::uint32_t>(known->second));
  }

  void LookBehind(int depth) {
    if (in_.Accept(U'=')) return Plain("(?<=", depth);
    if (in_.Accept(U'!')) return Plain("(?<!", depth);
    Fail("an extension (?<... that Python does not know");
  }

  // (?(group)yes|no)
  void Conditional(int depth) {
    std::size_t number = 0;
    const PatternScanner start = in_;
    const std::string digits = in_.Digits();
    if (!digits.empty() && in_.Accept(U')')) {
      number = digits.size() > 4 ? 0 : std::stoul(digits);
    } else {
      in_ = start;
      const auto name = in_.NameUpTo(U')');
      const auto known = name ? names_.find(*name) : names_.end();
      if (known != names_.end()) number = known->second;
    }
    if (number == 0) return Fail("a condition that names no group");
    conditional_ = std::max(conditional_, number);
    const Flags outside = flags_;
    out_ += "(?(" + std::to_string(number) + ')';
    Sequence(depth + 1);
    if (in_.Accept(U'|')) {
      out_ += '|';
      Sequence(depth + 1);
    }
    if (in_.Peek() == U'|') return Fail("a condition with more than two branches");
    Close();
    flags_ = outside;
  }

  // (?flags-flags:...)
  void Flagged(char32_t c, int depth) {
    if (depth >= kMaxDepth) return Fail("groups nested too deep");
    const Flags outside = flags_;
    std::string options;
    bool on = true;
    for (;; c = in_.Next()) {
      if (c == U'-' && on) {
        on = false;
        options += '-';
      } else if (IsFlag(c)) {
        AddFlag(c, on, &flags_, &options);
      } else {
        break;
      }
      if (in_.AtEnd()) return Fail("a group that is not closed");
    }
    if (c == U')') return Fail("flags for the whole pattern that do not stand at its start");
    if (c != U':') return Fail("a flag that Python does not know");
    CheckFlags();
    out_ += "(?" + options + ':';
    Alternatives(depth + 1);
    Close();
    flags_ = outside;
  }

  PatternScanner in_;
  std::string global_;
  std::string out_;
  Flags flags_;
  bool unicode_asked_ = false;
  std::map<std::string, std::size_t> names_;
  std::vector<bool> closed_ = {true};  // per group; the whole match is number 0
  std::size_t conditional_ = 0;        // the highest group that a condition names
  std::optional<std::string> trouble_;
};

}  // namespace

Result<std::string> TranslatePattern(std::string_view python) { return Translator(python).Run(); }

}  // namespace musubi::clkhash
