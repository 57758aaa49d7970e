// What helpers print: one row, one fact.
#include <gtest/gtest.h>

#include "templates/engine/sample_recipient.h"

namespace pinion::templates {
namespace {

struct Row {
  const char* source;
  const char* output;
};

void ExpectAll(std::initializer_list<Row> rows) {
  for (const Row& row : rows) {
    EXPECT_EQ(RenderSample(row.source), row.output) << row.source;
  }
}

TEST(StringHelpersTest, ShortenAndPad) {
  ExpectAll({{"{{abbreviate \"Alejandro\" 6}}", "Ale..."},
             {"{{abbreviate \"Alejandro\" 9}}", "Alejandro"},
             {"{{abbreviate \"Alejandro\" 3}}", "Ale"},
             {"{{abbreviate \"日本語テキスト\" 5}}", "日本..."},
             {"{{center \"ab\" size=5 pad=\"*\"}}", "*ab**"},
             {"{{center \"abc\" size=2}}", "abc"},
             {"{{ljust \"7\" 3}}|", "7  |"},
             {"{{rjust \"7\" 3 pad=\"0\"}}", "007"},
             {"{{rjust \"2000\" 3 pad=\"0\"}}", "2000"},
             {"{{wordWrap \"one two three\" 7}}", "one two\nthree"}});
}

TEST(StringHelpersTest, ChangeCase) {
  ExpectAll({{"{{capitalize \"my first POST\"}}", "My First POST"},
             {"{{capitalize \"my first POST\" fully=true}}", "My First Post"},
             {"{{capitalizeFirst \"my first post\"}}", "My first post"},
             {"{{capitalizeFirst \"émile\"}}", "Émile"},
             {"{{upper \"straße\"}} {{lower \"ÀÉ\"}}", "STRASSE àé"},
             {"{{lower Missing}}", ""}});
}

TEST(StringHelpersTest, ReplaceAndCut) {
  ExpectAll(
      {{"{{cut \"Los Angeles\" \"e\"}}", "Los Angls"},
       {"{{cut \"Los Angeles\"}}", "LosAngeles"},
       {"{{replace \"Los Angeles\" \" \" \"_\"}}", "Los_Angeles"},
       {"{{replace \"abc\" \"\" \"_\"}}", "abc"},
       {"{{substring \"Los Angeles\" 4 9}}", "Angel"},
       {"{{substring \"Los Angeles\" 4}}", "Angeles"},
       {"{{substring \"Los\" 2 99}}|{{substring \"Los\" 3 1}}|{{substring \"Los\" -4 1}}", "s||L"},
       {"{{stripTags \"<h1>Art</h1> < 3\"}}", "Art < 3"},
       {"[{{trim \" \t a b \n\"}}]", "[a b]"},
       {"{{slugify \" Héllo, World! \"}}", "hello-world"},
       {"{{slugify \"a -- b_C\"}}", "a-b_c"},
       {"{{slugify \"がぎ グミ\"}} {{slugify \"हिन्दी में\"}}", "がぎ-グミ हिन्दी-में"},
       {"{{urlEncode \"a b&c/ü\"}}", "a%20b%26c%2F%C3%BC"}});
}

TEST(StringHelpersTest, ChooseWords) {
  ExpectAll(
      {{"{{defaultIfEmpty Missing \"friend\"}} {{defaultIfEmpty Name \"friend\"}}", "friend Ann"},
       {"{{inflect 3 apple apples includeCount=true}}", "3 apples"},
       {"{{inflect 1 \"apple\" \"apples\"}} {{inflect Visits apple apples}}", "apple apples"},
       {"{{ordinalize 1}} {{ordinalize 2}} {{ordinalize \"3\"}} {{ordinalize 4}}",
        "1st 2nd 3rd 4th"},
       {"{{ordinalize 11}} {{ordinalize 112}} {{ordinalize 121}} {{ordinalize \"x\"}}",
        "11th 112th 121st x"},
       {"{{yesno true}} {{yesno \"false\"}} {{yesno Missing}} {{yesno 1}}", "yes no maybe maybe"},
       {"{{yesno true yes=\"ja\"}}", "ja"}});
}

TEST(StringHelpersTest, JoinListsAndValues) {
  ExpectAll({{"{{join Attributes.Color \", \"}}", "blue, red, green"},
             {"{{join Color \"/\" prefix=\"<\" suffix=\">\"}}", "<blue/red/green>"},
             {"{{join \"a\" Name \"b\" \"-\"}}", "a-Ann-b"},
             {"{{join Missing \",\" prefix=\"<\"}}", ""},
             {"{{json Color}} {{json Name}} {{json 2.5}} {{json Missing}}",
              "[\"blue\",\"red\",\"green\"] \"Ann\" 2.5 null"}});
}

TEST(MathHelpersTest, CalculateInDecimals) {
  ExpectAll({{"{{add 5 2.3}} {{subtract 5 2.3}} {{multiply 5 2.3}} {{divide 5 2.3}}",
              "7.3 2.7 11.5 2.17391304"},
             {"{{modulo 7 2}} {{modulo -7 2}} {{modulo 5.5 2}}", "1 -1 1.5"},
             {"{{ceiling 5.23}} {{floor 5.23}} {{ceiling -5.23}} {{floor -5.23}}", "6 5 -5 -6"},
             {"{{round 19.21}} {{round 2.5}} {{round -2.5}}", "19 3 -3"},
             {"{{abs -2.50}} {{min 3 1 2}} {{max 3 10 2}}", "2.5 1 10"},
             {"{{add 0.1 0.2}} {{multiply \"1.10\" 3}} {{divide 2 3}}", "0.3 3.3 0.66666667"},
             {"{{add Visits 1}}", "4"},
             {"{{divide 1 0}}{{modulo 1 0}}{{add \"x\" 1}}{{add Missing 1}}", ""},
             {"{{#if (subtract 3 3)}}y{{else}}n{{/if}}", "n"},
             {"{{add 99999999999999999999 1}}", "100000000000000000000"}});
}

TEST(EncodingHelpersTest, EncodeAndDigest) {
  ExpectAll({{"{{encode64 \"Hello World\"}}", "SGVsbG8gV29ybGQ="},
             {"{{decode64 \"SGVsbG8gV29ybGQ=\"}}", "Hello World"},
             {"{{decode64 \"###\"}}{{decode64 \"/w==\"}}", ""},
             {"{{md5 \"Hello World\"}}", "b10a8db164e0754105b7a99be72e3fe5"},
             {"{{sha256 \"Hello World\"}}",
              "a591a6d40bf420404a011733cfb7b190d62c65bf0bcda32b57b277d9ad9f146e"},
             {"{{substring (sha512 \"Hello World\") 0 16}}", "2c74fd17edafd80e"}});
}

TEST(DateHelpersTest, FormatTheClock) {
  ExpectAll({{"{{now}}", "Sep 19, 2020"},
             {"{{now \"full\"}}|{{now \"long\"}}|{{now \"short\"}}",
              "Saturday, September 19, 2020|September 19, 2020|9/19/20"},
             {"{{now \"yyyy-MM-dd HH:mm:ss.SSS\"}}", "2020-09-19 22:30:45.678"},
             {"{{now \"h:mm a z Z XXX\" tz=America/Los_Angeles}}", "3:30 PM PDT -0700 -07:00"},
             {"{{now \"XXX\"}}{{now \"yy'y''y'E\"}}", "Z20y'ySat"},
             {"{{now \"D u w k K\" tz=\"Asia/Tokyo\"}}", "264 7 39 7 7"}});
}

TEST(DateHelpersTest, FormatGivenDates) {
  ExpectAll({{"{{dateFormat \"09/19/2020\" inputFormat=\"MM/dd/yyyy\" outputFormat=\"full\" "
              "tz=America/Los_Angeles}}",
              "Saturday, September 19, 2020"},
             {"{{dateFormat Joined \"yyyy-MM-dd HH:mm\" tz=\"Asia/Tokyo\"}}", "2020-09-20 07:30"},
             {"{{dateFormat \"2020-09-19\" tz=\"Asia/Tokyo\"}}", "Sep 19, 2020"},
             {"{{dateFormat \"1600554645678\" \"HH:mm\"}}", "22:30"},
             {"{{dateFormat \"1956-03-04\" \"long\"}}", "March 4, 1956"},
             {"{{dateFormat \"19 sep 99 7 PM\" \"yyyy-MM-dd HH\" inputFormat=\"d MMM yy h a\"}}",
              "1999-09-19 19"},
             {"{{dateFormat \"20200919T2230+0200\" \"HH:mm\" inputFormat=\"yyyyMMdd'T'HHmmZ\"}}",
              "20:30"},
             {"{{dateFormat \"no date\"}}{{dateFormat Missing}}", ""},
             {"{{dateFormat \"02/30/2020\" inputFormat=\"MM/dd/yyyy\"}}", ""}});
}

TEST(DateHelpersTest, ComputedZonesAndPatternsFailTheRendering) {
  EXPECT_EQ(RenderSample("{{now tz=Name}}"), "!Rendering failed: unknown time zone Ann");
  EXPECT_EQ(RenderSample("{{now Address}}"),
            "!Rendering failed: the date pattern has the unknown letter n");
}

TEST(PaddingHelpersTest, RefuseHugeSizes) {
  EXPECT_EQ(RenderSample("{{ljust \"a\" 10001}}"), "!Rendering failed: a pad size above 10000");
}

}  // namespace
}  // namespace pinion::templates
