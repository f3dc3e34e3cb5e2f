// What a program puts into a page of HTML that was built beforehand: texts and JSON that can never
// be taken for markup. Public.
#pragma once

#include <string>
#include <string_view>

namespace musubi {

// `page` with `content` in the place of `mark`, as it is.
//
// Requires: the mark is in the page; its first occurrence is meant.
std::string FillPage(std::string_view page, std::string_view mark, std::string_view content);

// JSON that can stand inside a script element: no "<" can end it or open a comment. In JSON it
// occurs in strings alone, where an escape means the same.
std::string JsonInScript(std::string_view json);

// A text that can stand between two tags.
std::string HtmlText(std::string_view text);

}  // namespace musubi
