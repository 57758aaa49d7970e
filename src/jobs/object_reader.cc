#include "jobs/object_reader.h"

#include <utility>

#include <zlib.h>

namespace pinion::jobs {
namespace {

constexpr unsigned kBufferBytes = 256 * 1024;

}  // namespace

// zlib's file interface reads plain files as they are and inflates gzip ones.
class ObjectReader::Impl {
 public:
  Impl(gzFile file, Records records)
      : file_(file), records_(records), buffer_(kBufferBytes, '\0') {}
  ~Impl() { gzclose_r(file_); }

  base::Result<std::optional<Record>> Next() {
    Record record;
    record.line = line_;
    bool quoted = false;
    bool any = false;
    while (true) {
      PINION_TRY(const int c, Take());
      if (c < 0) {
        record.unclosed_quote = quoted;
        if (!any) {
          return std::optional<Record>();
        }
        break;
      }
      any = true;
      if (c == '\n') {
        ++line_;
        if (!quoted) {
          break;
        }
      }
      if (c == '"' && records_ == Records::kCsv) {
        quoted = !quoted;
      }
      if (record.text.size() < kRecordBytesMax) {
        record.text.push_back(static_cast<char>(c));
      } else {
        record.too_long = true;
      }
    }
    if (record.text.ends_with('\r')) {
      record.text.pop_back();
    }
    return std::optional(std::move(record));
  }

  base::Status SkipTo(uint64_t offset, uint64_t line) {
    while (offset_ < offset) {
      PINION_TRY(const int c, Take());
      if (c < 0) {
        return base::Internal("the object is shorter than it was");
      }
    }
    line_ = line;
    return {};
  }

  uint64_t offset() const { return offset_; }
  uint64_t line() const { return line_; }

 private:
  // The next byte, or -1 at the end.
  base::Result<int> Take() {
    if (position_ == filled_) {
      const int read = gzread(file_, buffer_.data(), kBufferBytes);
      if (read < 0) {
        int code = 0;
        return base::Internal(std::string("the object is damaged: ") + gzerror(file_, &code));
      }
      if (read == 0) {
        int code = Z_OK;
        (void)gzerror(file_, &code);
        // A gzip object that ends too early.
        return code == Z_BUF_ERROR ? base::Result<int>(base::Internal("the object is cut off"))
                                   : base::Result<int>(-1);
      }
      filled_ = static_cast<size_t>(read);
      position_ = 0;
    }
    ++offset_;
    return static_cast<unsigned char>(buffer_[position_++]);
  }

  gzFile file_;
  const Records records_;
  std::string buffer_;
  size_t position_ = 0;
  size_t filled_ = 0;
  uint64_t offset_ = 0;
  uint64_t line_ = 1;
};

ObjectReader::ObjectReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ObjectReader::~ObjectReader() = default;

base::Result<std::unique_ptr<ObjectReader>> ObjectReader::Open(const std::string& path,
                                                               Records records) {
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) {
    return base::NotFound("the object cannot be opened");
  }
  return std::unique_ptr<ObjectReader>(new ObjectReader(std::make_unique<Impl>(file, records)));
}

base::Result<std::optional<ObjectReader::Record>> ObjectReader::Next() {
  return impl_->Next();
}
base::Status ObjectReader::SkipTo(uint64_t offset, uint64_t line) {
  return impl_->SkipTo(offset, line);
}
uint64_t ObjectReader::offset() const {
  return impl_->offset();
}
uint64_t ObjectReader::next_line() const {
  return impl_->line();
}

}  // namespace pinion::jobs
