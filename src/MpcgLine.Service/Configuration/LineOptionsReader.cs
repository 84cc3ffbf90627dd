using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace MpcgLine.Service.Configuration;

/// <summary>
/// Reads a configuration into options and collects every problem instead of ending at the first: keys nobody knows, and
/// values that are not what their key takes. Ranges are the options' own to check.
/// </summary>
internal sealed class LineOptionsReader(IConfiguration configuration)
{
    private readonly List<string> _problems = [];

    /// <summary>Problems found by <see cref="Read"/>.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Sets every value the configuration names.</summary>
    public void Read(LineOptions options)
    {
        _problems.Clear();
        ReadObject(configuration, options);
    }

    private void ReadObject(IConfiguration section, object target)
    {
        PropertyInfo[] known = [.. target.GetType().GetProperties().Where(p => p.SetMethod is { IsPublic: true })];
        foreach (IConfigurationSection entry in section.GetChildren())
        {
            PropertyInfo? property = Array.Find(known, p => p.Name.Equals(entry.Key, StringComparison.OrdinalIgnoreCase));
            if (property is null)
            {
                string allowed = string.Join(", ", known.Select(p => p.Name));
                _problems.Add($"{entry.Path} is not a known key; allowed here: {allowed}.");
            }
            else
            {
                ReadProperty(entry, target, property);
            }
        }
    }

    private void ReadProperty(IConfigurationSection entry, object target, PropertyInfo property)
    {
        bool isList = property.PropertyType == typeof(IReadOnlyList<string>);
        if (isList)
        {
            if (entry.Value is { Length: > 0 } single)
            {
                _problems.Add($"{entry.Path} is '{single}'; it must be a list of texts, such as [ \"{single}\" ].");
            }

            property.SetValue(target, entry.GetChildren().Select(item => item.Value ?? "").ToArray());
        }
        else if (IsLeaf(property.PropertyType))
        {
            ReadLeaf(entry, target, property);
        }
        else if (entry.Value is { Length: > 0 } text)
        {
            _problems.Add($"{entry.Path} is '{text}'; it must be an object.");
        }
        else
        {
            ReadObject(entry, property.GetValue(target)!);
        }
    }

    private void ReadLeaf(IConfigurationSection entry, object target, PropertyInfo property)
    {
        Type type = property.PropertyType;
        if (entry.Value is not { } text)
        {
            _problems.Add($"{entry.Path} holds an object or nothing; it must be {Allowed(type)}.");
            return;
        }

        try
        {
            object value = type.IsEnum && !Enum.GetNames(type).Contains(text, StringComparer.OrdinalIgnoreCase)
                ? throw new FormatException()
                : TypeDescriptor.GetConverter(type).ConvertFromString(null, CultureInfo.InvariantCulture, text)!;
            property.SetValue(target, value);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or NotSupportedException)
        {
            _problems.Add($"{entry.Path} is '{text}'; it must be {Allowed(type)}.");
        }
    }

    private static bool IsLeaf(Type type) => type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(TimeSpan);

    private static string Allowed(Type type) => type switch
    {
        { IsEnum: true } => $"one of {string.Join(", ", Enum.GetNames(type))}",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(TimeSpan) => "a time as hours:minutes:seconds, such as 00:00:02.5",
        _ when type == typeof(double) => "a number",
        _ when type == typeof(string) => "text",
        _ => $"a whole number {type.GetField("MinValue")?.GetValue(null)} to {type.GetField("MaxValue")?.GetValue(null)}",
    };
}
