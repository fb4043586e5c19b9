using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Flex.Fields.Configuration;

/// <summary>
/// Reads one YAML document into nodes that know their line. Whatever could make a small file grow or recurse is
/// refused: anchors and aliases, tags, deep nesting; so is what is likely a mistake: a key given twice, a second document.
/// </summary>
internal sealed class YamlReader
{
    /// <summary>Levels of nesting; real configurations have four or five.</summary>
    private const int MaximumDepth = 32;

    private readonly Parser _parser;
    private readonly string _source;

    private YamlReader(string text, string source)
    {
        _parser = new Parser(new StringReader(text));
        _source = source;
    }

    /// <summary>Reads a document.</summary>
    /// <param name="text">YAML.</param>
    /// <param name="source">The file's name, for messages.</param>
    /// <returns>The document's value; an empty map for an empty document.</returns>
    /// <exception cref="InputException">It is not YAML, or uses what is refused.</exception>
    public static ConfigNode Read(string text, string source)
    {
        var reader = new YamlReader(text, source);
        try
        {
            return reader.ReadDocument();
        }
        catch (YamlException e)
        {
            throw new InputException($"{source}, line {e.Start.Line}: this is not YAML: {e.Message}", e);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // The scanner stumbles over some nonsense that it should refuse.
            throw new InputException($"{reader.Where()}: this is not YAML", e);
        }
    }

    private ConfigNode ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (_parser.TryConsume<StreamEnd>(out _))
        {
            return new ConfigMap(_source, []);
        }

        _parser.Consume<DocumentStart>();
        var node = ReadNode(depth: 0);
        _parser.Consume<DocumentEnd>();
        return _parser.TryConsume<StreamEnd>(out _)
            ? node
            : throw Refuse("a second document starts here; keep one in a file");
    }

    private ConfigNode ReadNode(int depth)
    {
        if (depth > MaximumDepth)
        {
            throw Refuse($"this is nested more than {MaximumDepth} levels deep");
        }

        return _parser.Current switch
        {
            AnchorAlias => throw Refuse("aliases are not supported; write the value out"),
            NodeEvent { Anchor.IsEmpty: false } => throw Refuse("anchors are not supported; write the value out where it is needed"),
            NodeEvent { Tag: { IsEmpty: false, IsNonSpecific: false } } => throw Refuse("tags are not supported; remove the word that starts with '!'"),
            SequenceStart => ReadList(depth),
            MappingStart => ReadMap(depth),
            _ => ReadScalar(),
        };
    }

    private ConfigScalar ReadScalar()
    {
        var where = Where();
        var scalar = _parser.Consume<Scalar>();
        var isNull = scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "~" or "null";
        return new ConfigScalar(where, scalar.Value, isNull);
    }

    private ConfigList ReadList(int depth)
    {
        var where = Where();
        _parser.Consume<SequenceStart>();
        var items = new List<ConfigNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadNode(depth + 1));
        }

        return new ConfigList(where, items);
    }

    private ConfigMap ReadMap(int depth)
    {
        var where = Where();
        _parser.Consume<MappingStart>();
        var entries = new List<ConfigEntry>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var keyWhere = Where();
            if (ReadNode(depth + 1) is not ConfigScalar key)
            {
                throw new InputException($"{keyWhere}: a key must be a word");
            }

            if (!keys.Add(key.Text))
            {
                throw new InputException($"{keyWhere}: the key '{key.Text}' is given twice; keep one of them");
            }

            entries.Add(new ConfigEntry(keyWhere, key.Text, ReadNode(depth + 1)));
        }

        return new ConfigMap(where, entries);
    }

    private string Where() => $"{_source}, line {_parser.Current?.Start.Line}";

    private InputException Refuse(string reason) => new($"{Where()}: {reason}");
}
