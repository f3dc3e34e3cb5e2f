#include "core/html_page.h"

#include "core/check.h"

namespace musubi {

std::string FillPage(std::string_view page, std::string_view mark, std::string_view content) {
  const std::size_t place = page.find(mark);
  MUSUBI_CHECK(place != std::string_view::npos);
  std::string filled(page.substr(0, place));
  filled += content;
  filled += page.substr(place + mark.size());
  return filled;
}

std::string JsonInScript(std::string_view json) {
  std::string text;
  text.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      text += "\\u003c";
    } else {
      text += c;
    }
  }
  return text;
}

std::string HtmlText(std::string_view text) {
  std::string html;
  for (const char c : text) {
    if (c == '<') {
      html += "&lt;";
    } else if (c == '>') {
      html += "&gt;";
    } else if (c == '&') {
      html += "&amp;";
    } else {
      html += c;
    }
  }
  return html;
}

}  // namespace musubi
