"""C++ names for the names of the service model."""
import re

_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+[0-9]*|[0-9]+")

_KEYWORDS = frozenset(
    "alignas alignof and asm auto bool break case catch char class const continue decltype default delete do double "
    "else enum explicit export extern false float for friend goto if inline int long mutable namespace new not "
    "operator or private protected public register requires return short signed sizeof static struct switch template "
    "this throw true try typedef typeid typename union unsigned using virtual void volatile while xor".split())


def words(name):
    return _WORDS.findall(name)


def member(name):
    """SegmentId -> segment_id, APNSMessage -> apns_message, Default -> default_."""
    snake = "_".join(word.lower() for word in words(name))
    return snake + "_" if snake in _KEYWORDS else snake


def constant(value):
    """APNS_SANDBOX -> kApnsSandbox, DAY_14 -> kDay14."""
    return "k" + "".join(word[:1].upper() + word[1:].lower() for word in words(value))


def type_name(shape):
    """Leading underscores of the model are reserved in C++."""
    return shape.lstrip("_")
