// Texts back to back in one buffer, so that refilling it allocates nothing in the long run.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace musubi {

// Threads: safe to read from any number while no one writes.
class TextList {
 public:
  std::size_t size() const { return ends_.size(); }

  // Borrowed until the list changes. Requires: i < size().
  std::string_view operator[](std::size_t i) const {
    const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
    return std::string_view(text_).substr(begin, ends_[i] - begin);
  }

  void Clear() {
    text_.clear();
    ends_.clear();
  }

  // A text is what was appended to text() since the one before it ended.
  std::string& text() { return text_; }
  void EndText() { ends_.push_back(text_.size()); }

 private:
  std::string text_;
  std::vector<std::size_t> ends_;
};

}  // namespace musubi
