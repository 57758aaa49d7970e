// The template engine on the reference template: pinion_bench_render TEMPLATE RECIPIENTS SECONDS
// Prints renderings a second on one core, and the digest of what it rendered for all recipients.
#include <chrono>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <iostream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/hex.h"
#include "model/json_reader.h"
#include "templates/engine/recipient_variables.h"
#include "templates/engine/renderer.h"

namespace {

using namespace pinion;
using templates::NamedValue;
using templates::Value;

[[noreturn]] void Fail(const std::string& message) {
  std::cerr << "pinion_bench_render: " << message << std::endl;
  std::exit(1);
}

// One line of the file, and the view of it that templates see.
struct Recipient {
  std::string address;
  std::string city;
  std::string offer;
  std::deque<std::vector<std::string>> lists;
  std::deque<std::string> names;
  std::vector<NamedValue> attributes;
  std::vector<NamedValue> user_attributes;
  std::vector<NamedValue> context;
  templates::RecipientView view;
};

std::string ReadText(model::JsonReader& reader) {
  std::string_view text;
  if (!reader.ReadString(text)) {
    Fail(reader.error());
  }
  return std::string(text);
}

void ReadLists(model::JsonReader& reader, Recipient& recipient, std::vector<NamedValue>& named) {
  std::string_view key;
  reader.BeginObject();
  while (reader.NextMember(key)) {
    const std::string& name = recipient.names.emplace_back(key);
    std::vector<std::string>& list = recipient.lists.emplace_back();
    reader.BeginArray();
    while (reader.NextElement()) {
      list.push_back(ReadText(reader));
    }
    named.push_back({name, Value::List(std::span<const std::string>(list))});
  }
}

void ReadRecipient(const std::string& line, Recipient& recipient) {
  model::JsonReader reader;
  std::string_view key;
  reader.Open(line);
  reader.BeginObject();
  while (reader.NextMember(key)) {
    if (key == "Address") {
      recipient.address = ReadText(reader);
    } else if (key == "Offer") {
      recipient.offer = ReadText(reader);
    } else if (key == "Attributes") {
      ReadLists(reader, recipient, recipient.attributes);
    } else {
      const bool is_user = key == "User";
      reader.BeginObject();
      while (reader.NextMember(key)) {
        if (is_user) {
          ReadLists(reader, recipient, recipient.user_attributes);
        } else {
          recipient.city = ReadText(reader);
        }
      }
    }
  }
  if (!reader.AtEnd()) {
    Fail(reader.error());
  }
  recipient.context = {{"Offer", Value::String(recipient.offer)}};
  recipient.view.SetText(templates::RootName::kAddress, recipient.address);
  recipient.view.SetText(templates::RootName::kLocationCity, recipient.city);
  recipient.view.attributes = recipient.attributes;
  recipient.view.user_attributes = recipient.user_attributes;
  recipient.view.context[0] = recipient.context;
}

double Seconds(std::chrono::steady_clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    Fail("usage: pinion_bench_render TEMPLATE RECIPIENTS SECONDS");
  }
  std::ifstream file(argv[1]);
  const std::string source(std::istreambuf_iterator<char>(file), {});
  const auto compiled = templates::CompiledTemplate::Compile(
      source, {.part = "HtmlPart", .escaping = templates::Escaping::kHtml});
  if (!compiled.ok()) {
    Fail(compiled.error().message);
  }
  std::deque<Recipient> recipients;
  std::ifstream lines(argv[2]);
  for (std::string line; std::getline(lines, line);) {
    ReadRecipient(line, recipients.emplace_back());
  }

  templates::RenderOptions options;
  options.limits = templates::RenderLimits::ForEmail();
  std::string all;
  std::string out;
  const auto render = [&](const Recipient& recipient) {
    out.clear();
    const templates::RecipientVariables variables(recipient.view);
    if (!templates::Render(*compiled, variables, options, out).ok()) {
      Fail("a rendering failed");
    }
  };
  for (const Recipient& recipient : recipients) {
    render(recipient);
    all += out;
  }

  const double duration = std::atof(argv[3]);
  const auto begun = std::chrono::steady_clock::now();
  size_t rendered = 0;
  double elapsed = 0;
  while (elapsed < duration) {
    for (const Recipient& recipient : recipients) {
      render(recipient);
    }
    rendered += recipients.size();
    elapsed = Seconds(std::chrono::steady_clock::now() - begun);
  }
  std::cout << R"({"per_second":)" << static_cast<double>(rendered) / elapsed << R"(,"digest":")"
            << base::HexEncode(base::Sha256(all)) << "\"}" << std::endl;
  return 0;
}
