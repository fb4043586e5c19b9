using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Flex.Fields.Configuration;

/// <summary>One setting of a record.</summary>
/// <param name="Name">The property's name in C#.</param>
/// <param name="Key">Its name in files: snake_case.</param>
/// <param name="Type">Its type.</param>
/// <param name="IsNullable">Whether null is a value.</param>
/// <param name="IsRequired">Whether it has no default.</param>
internal sealed record ConfigMember(string Name, string Key, Type Type, bool IsNullable, bool IsRequired);

/// <summary>The settings of a record class: the parameters of its constructor, then its other properties that can be set.</summary>
internal sealed class RecordShape
{
    private readonly ConstructorInfo _constructor;
    private readonly PropertyInfo[] _properties;

    /// <summary>Looks at a class.</summary>
    /// <param name="type">A class with a public constructor.</param>
    public RecordShape(Type type)
    {
        _constructor = type.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length)
            ?? throw new ArgumentException($"{type} has no public constructor", nameof(type));
        var parameters = _constructor.GetParameters();
        _properties = [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is { IsPublic: true } && parameters.All(parameter => parameter.Name != property.Name))];

        var nullability = new NullabilityInfoContext();
        Members =
        [
            .. parameters.Select(parameter => new ConfigMember(
                parameter.Name!,
                KeyOf(parameter.Name!),
                parameter.ParameterType,
                nullability.Create(parameter).WriteState == NullabilityState.Nullable,
                !parameter.HasDefaultValue)),
            .. _properties.Select(property => new ConfigMember(
                property.Name,
                KeyOf(property.Name),
                property.PropertyType,
                nullability.Create(property).WriteState == NullabilityState.Nullable,
                property.IsDefined(typeof(RequiredMemberAttribute)))),
        ];
    }

    /// <summary>Gets the settings in the order of the declaration.</summary>
    public IReadOnlyList<ConfigMember> Members { get; }

    /// <summary>Gives the name that a property or an enumeration's value has in files.</summary>
    /// <param name="name">The name in C#.</param>
    /// <returns>snake_case.</returns>
    public static string KeyOf(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    /// <summary>Creates a record.</summary>
    /// <param name="values">Values by name in C#; the others keep their default.</param>
    /// <returns>The record.</returns>
    public object Create(IReadOnlyDictionary<string, object?> values)
    {
        var arguments = _constructor.GetParameters()
            .Select(parameter => values.TryGetValue(parameter.Name!, out var value) ? value : DefaultOf(parameter));
        var record = _constructor.Invoke([.. arguments]);
        foreach (var property in _properties)
        {
            if (values.TryGetValue(property.Name, out var value))
            {
                property.SetValue(record, value);
            }
        }

        return record;
    }

    /// <summary>Reads a setting of a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="member">One of <see cref="Members"/>.</param>
    /// <returns>The value.</returns>
    public static object? ValueOf(object record, ConfigMember member) =>
        record.GetType().GetProperty(member.Name)!.GetValue(record);

    // Reflection gives null for "default" of a struct and the number for an enumeration.
    private static object? DefaultOf(ParameterInfo parameter)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        return parameter.DefaultValue switch
        {
            null => parameter.ParameterType.IsValueType ? Activator.CreateInstance(parameter.ParameterType) : null,
            var value when type.IsEnum => Enum.ToObject(type, value),
            var value => value,
        };
    }
}
