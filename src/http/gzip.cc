#include "http/gzip.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <zlib.h>

#include "base/assert.h"

namespace pinion::http {
namespace {

constexpr int kWindowBits = 15;
constexpr int kGzipFormat = 16;  // added to the window bits: a gzip header and nothing else
constexpr int kCompressionLevel = 4;
constexpr int kMemoryLevel = 8;
constexpr size_t kInflateStepBytes = 16 * 1024;

// zlib's interface is not const-correct; it never writes through next_in.
Bytef* Input(std::string_view text) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
}

std::string_view NextPart(std::string_view& list, char separator) {
  const size_t end = std::min(list.find(separator), list.size());
  std::string_view part = list.substr(0, end);
  list.remove_prefix(std::min(end + 1, list.size()));
  const size_t first = std::min(part.find_first_not_of(" \t"), part.size());
  part.remove_prefix(first);
  return part.substr(0, part.find_last_not_of(" \t") + 1);
}

// A weight is zero when it has no digit but 0.
bool HasWeight(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::string_view parameter = NextPart(parameters, ';');
    if (parameter.starts_with("q=") || parameter.starts_with("Q=")) {
      return parameter.substr(2).find_first_of("123456789") != std::string_view::npos;
    }
  }
  return true;
}

bool IsCompressibleType(std::string_view content_type) {
  constexpr std::array<std::string_view, 8> kTypes = {"text/",
                                                      "application/json",
                                                      "application/x-ndjson",
                                                      "application/javascript",
                                                      "application/xml",
                                                      "application/manifest+json",
                                                      "application/wasm",
                                                      "image/svg+xml"};
  return std::any_of(kTypes.begin(), kTypes.end(), [&](std::string_view type) {
    return EqualsIgnoringCase(content_type.substr(0, type.size()), type);
  });
}

}  // namespace

struct Inflater::State {
  z_stream stream{};
  size_t remaining = 0;
  bool at_end_of_member = false;

  ~State() { inflateEnd(&stream); }
};

Inflater::Inflater(size_t output_bytes_max) : state_(std::make_unique<State>()) {
  state_->remaining = output_bytes_max;
  PINION_ASSERT(inflateInit2(&state_->stream, kWindowBits + kGzipFormat) == Z_OK);
}

Inflater::~Inflater() = default;
Inflater::Inflater(Inflater&&) noexcept = default;
Inflater& Inflater::operator=(Inflater&&) noexcept = default;

base::Result<void> Inflater::Write(std::string_view compressed, std::string& output) {
  std::array<char, kInflateStepBytes> step;  // NOLINT: written by zlib before it is read
  z_stream& stream = state_->stream;
  stream.next_in = Input(compressed);
  stream.avail_in = static_cast<uInt>(compressed.size());
  bool output_full = false;
  while (stream.avail_in > 0 || output_full) {
    if (state_->at_end_of_member) {
      // A gzip file is a sequence of members.
      inflateReset(&stream);
      state_->at_end_of_member = false;
    }
    stream.next_out = reinterpret_cast<Bytef*>(step.data());
    stream.avail_out = static_cast<uInt>(step.size());
    const int code = inflate(&stream, Z_NO_FLUSH);
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) {
      return base::InvalidArgument("The body is not valid gzip data.");
    }
    const size_t produced = step.size() - stream.avail_out;
    if (produced > state_->remaining) {
      return base::Error{base::Errc::kPayloadTooLarge, "The inflated body is too large."};
    }
    state_->remaining -= produced;
    output.append(step.data(), produced);
    state_->at_end_of_member = code == Z_STREAM_END;
    output_full = stream.avail_out == 0 && code != Z_STREAM_END;
  }
  return {};
}

base::Result<void> Inflater::Finish() const {
  if (!state_->at_end_of_member) {
    return base::InvalidArgument("The body is not complete gzip data.");
  }
  return {};
}

std::string Gzip(std::string_view text) {
  z_stream stream{};
  PINION_ASSERT(deflateInit2(&stream,
                             kCompressionLevel,
                             Z_DEFLATED,
                             kWindowBits + kGzipFormat,
                             kMemoryLevel,
                             Z_DEFAULT_STRATEGY) == Z_OK);
  std::string compressed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = Input(text);
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(compressed.data());
  stream.avail_out = static_cast<uInt>(compressed.size());
  PINION_ASSERT(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  compressed.resize(stream.total_out);
  deflateEnd(&stream);
  return compressed;
}

bool AcceptsGzip(const Headers& request_headers) {
  bool star = false;
  for (const Header header : request_headers) {
    if (!EqualsIgnoringCase(header.name, "Accept-Encoding")) {
      continue;
    }
    std::string_view list = header.value;
    while (!list.empty()) {
      std::string_view parameters = NextPart(list, ',');
      const std::string_view coding = NextPart(parameters, ';');
      if (EqualsIgnoringCase(coding, "gzip")) {
        return HasWeight(parameters);
      }
      star = star || (coding == "*" && HasWeight(parameters));
    }
  }
  return star;
}

void CompressResponse(bool accepts_gzip, Response& response) {
  if (response.body.size() < kCompressBytesMin || response.headers.Has("Content-Encoding") ||
      !IsCompressibleType(response.headers.Find("Content-Type").value_or(""))) {
    return;
  }
  response.headers.Add("Vary", "Accept-Encoding");
  if (accepts_gzip) {
    response.body = Gzip(response.body);
    response.headers.Add("Content-Encoding", "gzip");
  }
}

}  // namespace pinion::http
