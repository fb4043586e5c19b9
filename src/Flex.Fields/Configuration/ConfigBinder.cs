using System.Collections;
using System.Globalization;
using System.Numerics;
using Flex.Text;

namespace Flex.Fields.Configuration;

/// <summary>
/// Makes typed values of nodes. Supported: bool, whole numbers, float, double, string, enumerations, their nullable
/// forms, lists (<c>T[]</c>, <c>IReadOnlyList&lt;T&gt;</c>, <c>List&lt;T&gt;</c>), string-keyed read-only dictionaries, and records of these.
/// </summary>
internal static class ConfigBinder
{
    /// <summary>Binds a node to a type.</summary>
    /// <param name="node">What was written.</param>
    /// <param name="type">What is wanted.</param>
    /// <param name="path">The dotted path of keys, empty at the root; for messages.</param>
    /// <param name="isNullable">Whether null is a value.</param>
    /// <returns>The value.</returns>
    /// <exception cref="InputException">What was written is not of that type.</exception>
    public static object? Bind(ConfigNode node, Type type, string path, bool isNullable)
    {
        if (node is ConfigScalar { IsNull: true })
        {
            return isNullable ? null : throw Wrong(node, path, $"{Expected(type)}, but it is empty");
        }

        type = Nullable.GetUnderlyingType(type) ?? type;
        return Parser(type) is { } parse ? BindScalar(node, type, path, parse)
            : ElementOf(type) is { } element ? BindList(node, type, element, path)
            : DictionaryValueOf(type) is { } value ? BindDictionary(node, value, path)
            : BindRecord(node, type, path);
    }

    private static object BindScalar(ConfigNode node, Type type, string path, Func<string, object?> parse) =>
        node is ConfigScalar scalar
            ? parse(scalar.Text) ?? throw Wrong(node, path, $"{Expected(type)}, got '{scalar.Text}'")
            : throw Wrong(node, path, $"{Expected(type)}, got {Kind(node)}");

    private static IList BindList(ConfigNode node, Type type, Type element, string path)
    {
        if (node is not ConfigList list)
        {
            throw Wrong(node, path, $"{Expected(type)}, got {Kind(node)}");
        }

        var items = Array.CreateInstance(element, list.Items.Count);
        for (var i = 0; i < items.Length; i++)
        {
            items.SetValue(Bind(list.Items[i], element, $"{path}[{i}]", isNullable: false), i);
        }

        return type.IsAssignableFrom(items.GetType()) ? items : (IList)Activator.CreateInstance(type, items)!;
    }

    private static IDictionary BindDictionary(ConfigNode node, Type valueType, string path)
    {
        var map = RequireMap(node, path);
        var dictionary = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), valueType))!;
        foreach (var entry in map.Entries)
        {
            dictionary.Add(entry.Key, Bind(entry.Value, valueType, Join(path, entry.Key), isNullable: false));
        }

        return dictionary;
    }

    private static object BindRecord(ConfigNode node, Type type, string path)
    {
        var shape = new RecordShape(type);
        var map = RequireMap(node, path);
        if (map.Entries.FirstOrDefault(entry => shape.Members.All(member => member.Key != entry.Key)) is { } unknown)
        {
            var keys = shape.Members.Select(member => member.Key).ToList();
            var place = path.Length > 0 ? $" in '{path}'" : "";
            throw new InputException($"{unknown.Where}: unknown key '{unknown.Key}'{place}{NearestWord.Hint(unknown.Key, keys)}; "
                + $"the keys are {string.Join(", ", keys)}");
        }

        var values = new Dictionary<string, object?>();
        foreach (var member in shape.Members)
        {
            if (map.Find(member.Key) is { } entry)
            {
                values[member.Name] = Bind(entry.Value, member.Type, Join(path, member.Key), member.IsNullable);
            }
            else if (member.IsRequired)
            {
                throw new InputException($"{map.Where}: the key '{Join(path, member.Key)}' is missing; it must be {Expected(member.Type)}");
            }
        }

        var record = shape.Create(values);
        if ((record as IValidated)?.Validate().FirstOrDefault() is { } problem)
        {
            var key = RecordShape.KeyOf(problem.Member);
            throw new InputException($"{map.Find(key)?.Where ?? map.Where}: {Join(path, key)} {problem.Problem}");
        }

        return record;
    }

    private static ConfigMap RequireMap(ConfigNode node, string path) =>
        node as ConfigMap ?? throw Wrong(node, path, $"a group of keys with values, got {Kind(node)}");

    private static Func<string, object?>? Parser(Type type)
    {
        if (type.IsEnum)
        {
            return text => ParseEnum(type, text);
        }

        return Type.GetTypeCode(type) switch
        {
            TypeCode.String => text => text,
            TypeCode.Boolean => text => bool.TryParse(text, out var value) ? value : null,
            TypeCode.Int32 => WholeNumber<int>,
            TypeCode.Int64 => WholeNumber<long>,
            TypeCode.UInt32 => WholeNumber<uint>,
            TypeCode.UInt64 => WholeNumber<ulong>,
            TypeCode.Double => FiniteNumber<double>,
            TypeCode.Single => FiniteNumber<float>,
            _ => null,
        };
    }

    private static object? WholeNumber<T>(string text)
        where T : struct, INumber<T> =>
        T.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static object? FiniteNumber<T>(string text)
        where T : struct, INumber<T> =>
        T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && T.IsFinite(value) ? value : null;

    private static object? ParseEnum(Type type, string text)
    {
        var key = text.Replace('-', '_');
        var name = Enum.GetNames(type).FirstOrDefault(name => RecordShape.KeyOf(name) == key);
        return name is null ? null : Enum.Parse(type, name);
    }

    private static Type? ElementOf(Type type)
    {
        if (type.IsArray)
        {
            return type.GetElementType();
        }

        return type.IsGenericType && type.IsAssignableTo(typeof(IEnumerable)) && type.GetGenericArguments() is [var element] ? element : null;
    }

    private static Type? DictionaryValueOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) ? type.GetGenericArguments()[1] : null;

    private static string Expected(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsEnum)
        {
            return $"one of {string.Join(", ", Enum.GetNames(type).Select(RecordShape.KeyOf))}";
        }

        return Type.GetTypeCode(type) switch
        {
            TypeCode.String => "a text",
            TypeCode.Boolean => "true or false",
            TypeCode.Int32 or TypeCode.Int64 => "a whole number",
            TypeCode.UInt32 or TypeCode.UInt64 => "a whole number that is not negative",
            TypeCode.Double or TypeCode.Single => "a finite number",
            _ => ElementOf(type) is null ? "a group of keys with values" : "a list like [1, 2]",
        };
    }

    private static string Kind(ConfigNode node) => node switch
    {
        ConfigScalar scalar => $"'{scalar.Text}'",
        ConfigList => "a list",
        _ => "a group of keys",
    };

    private static InputException Wrong(ConfigNode node, string path, string expected) =>
        new($"{node.Where}: {(path.Length > 0 ? path : "the file")} must be {expected}");

    private static string Join(string path, string key) => path.Length > 0 ? $"{path}.{key}" : key;
}
