#include "delivery/smtp/smtp_capabilities.h"

#include <charconv>

namespace pinion::delivery::smtp {
namespace {

std::string UpperAscii(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return upper;
}

std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> words;
  while (true) {
    const size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) {
      return words;
    }
    text.remove_prefix(begin);
    const size_t end = std::min(text.find_first_of(" \t"), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

void ReadLine(Capabilities& capabilities, const std::vector<std::string>& words) {
  if (words[0] == "STARTTLS") {
    capabilities.start_tls = true;
  } else if (words[0] == "PIPELINING") {
    capabilities.pipelining = true;
  } else if (words[0] == "8BITMIME") {
    capabilities.eight_bit_mime = true;
  } else if (words[0] == "SMTPUTF8") {
    capabilities.smtp_utf8 = true;
  } else if (words[0] == "SIZE") {
    capabilities.size = true;
    if (words.size() > 1) {
      std::from_chars(words[1].data(), words[1].data() + words[1].size(), capabilities.size_max);
    }
  } else if (words[0] == "AUTH") {
    capabilities.auth_mechanisms.insert(
        capabilities.auth_mechanisms.end(), words.begin() + 1, words.end());
  }
}

}  // namespace

Capabilities ParseCapabilities(const Reply& reply) {
  Capabilities capabilities;
  for (size_t i = 0; i < reply.lines.size(); ++i) {
    std::string line = i == 0 ? reply.lines[i] : UpperAscii(reply.lines[i]);
    // `AUTH=LOGIN` is the form of servers older than the standard.
    if (line.starts_with("AUTH=")) {
      line[4] = ' ';
    }
    const std::vector<std::string> words = Words(line);
    if (words.empty()) {
      continue;
    }
    if (i == 0) {
      capabilities.server_name = words[0];
    } else {
      ReadLine(capabilities, words);
    }
  }
  return capabilities;
}

}  // namespace pinion::delivery::smtp
