// The recipients of the rendering benchmark, one JSON document a line: node render_recipients.js COUNT
const FIRST = ['Ann', 'Bob', "O'Neil", '花子', 'Zoë', 'Łukasz', 'मीरा', 'Tom & Co'];
const CITIES = ['Oslo', 'Tokyo', 'San Francisco', 'Zürich', 'São Paulo'];
const COLORS = ['blue', 'red', 'green', 'yellow', 'black'];

for (let i = 0; i < Number(process.argv[2]); i += 1) {
  console.log(JSON.stringify({
    Address: `user-${i}@example.com`,
    Location: { City: CITIES[i % CITIES.length] },
    Attributes: {
      ...(i % 4 === 0 ? {} : { Name: [FIRST[(i * 3) % FIRST.length]] }),
      Color: COLORS.slice(0, 1 + (i % COLORS.length)),
    },
    User: { UserAttributes: { FirstName: [FIRST[i % FIRST.length]] } },
    Offer: `${i % 50}% off`,
  }));
}
