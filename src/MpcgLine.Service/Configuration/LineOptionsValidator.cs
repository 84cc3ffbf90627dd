using Microsoft.Extensions.Options;

namespace MpcgLine.Service.Configuration;

/// <summary>Refuses options with every problem at once: what could not be read, then what is out of range.</summary>
internal sealed class LineOptionsValidator(LineOptionsReader reader) : IValidateOptions<LineOptions>
{
    public ValidateOptionsResult Validate(string? name, LineOptions options)
    {
        string[] problems = [.. reader.Problems, .. options.Problems()];
        return problems.Length > 0 ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;
    }
}
